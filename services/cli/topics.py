"""``chipwire topics``: what is on the cluster against shared/topics.py."""

import asyncio

import click

from services.cli.context import kafka_settings, output, show


@click.group()
def topics() -> None:
    """Topics on the cluster against shared/topics.py."""


@topics.command()
def apply() -> None:
    """Create missing topics and set what differs; a second run does nothing."""
    from shared.stream import provision

    settings = kafka_settings()
    done = asyncio.run(provision.apply(settings))
    for difference in done:
        click.echo(f"created {difference.topic}" if difference.setting == "topic" else f"mended: {difference}")
    if not done:
        click.echo("nothing to do: every topic is as shared/topics.py has it", err=True)


@topics.command("show")
@output
def show_topics(output: str) -> None:
    """Show every topic, how it is to be kept, and how the cluster differs (exit status 3 if it does)."""
    from shared.stream import provision
    from shared.topics import TOPICS

    settings = kafka_settings()
    differences = asyncio.run(provision.drift(settings))
    rows: list[dict[str, object]] = []
    for topic in TOPICS:
        name = settings.topic(topic)
        wanted = provision.wanted(settings, topic)
        found = "; ".join(
            "missing" if each.setting == "topic" else f"{each.setting} is {each.found}" for each in differences if each.topic == name
        )
        rows.append(
            {"topic": name, "key": topic.key, "partitions": settings.partitions, "config": wanted, "drift": found or None}
            | {"policy": wanted["cleanup.policy"], "MiB": int(wanted["max.message.bytes"]) // 1024 // 1024}
        )
    show(rows, output, ["topic", "key", "partitions", "policy", "MiB", "drift"])
    raise SystemExit(3 if differences else 0)

"""``chipwire``: the tree of commands, each imported when it is called.

Exit status: 0 done, 1 failed, 2 wrong use, 3 ran well but the answer is "different", 130 Ctrl-C.
"""

import importlib
import logging
import sys

import click

COMMANDS = {
    "asyncapi": "services.cli.asyncapi:asyncapi",
    "classify": "services.cli.steps:classify",
    "diff": "services.cli.diff:diff",
    "dlq": "services.cli.dlq:dlq",
    "dump": "services.cli.records:dump",
    "explain": "services.cli.explain:explain",
    "feeds": "services.cli.feeds:feeds",
    "fidelity": "services.cli.steps:fidelity",
    "groups": "services.cli.groups:groups",
    "ingest": "services.cli.ingest:ingest",
    "kafka": "services.cli.kafka:kafka",
    "load": "services.cli.records:load",
    "parse": "services.cli.steps:parse",
    "render": "services.cli.render:render",
    "replay": "services.cli.replay:replay",
    "retract": "services.cli.feeds:retract",
    "schema": "services.cli.schema:schema",
    "show": "services.cli.records:show",
    "tail": "services.cli.records:tail",
    "topics": "services.cli.topics:topics",
    "trace": "services.cli.trace:trace",
    "up": "services.cli.up:up",
}
"""Each command and where it lives."""

HELP = {
    "asyncapi": "The topics as an AsyncAPI 3 document.",
    "classify": "Tag articles, as a pipe with no broker.",
    "diff": "What two slices or topics say differently, by article.",
    "dlq": "Dead letters by reason: list, show, retry, drop.",
    "dump": "Write a slice of a topic to a file.",
    "explain": "Why an article is tagged as it is, with its evidence marked.",
    "feeds": "The sources: add, list, remove, parse.",
    "fidelity": "Check summaries against their originals, as a pipe with no broker.",
    "groups": "How far consumers are behind, in records and in age.",
    "ingest": "Put documents on news.raw.v1 as if fetched.",
    "kafka": "The local broker: up, down, status, logs, wipe.",
    "load": "Put a slice back on a topic.",
    "parse": "Turn documents into articles, as a pipe with no broker.",
    "render": "Write articles in another form: labelled pages.",
    "replay": "Run a stage of this checkout over a slice.",
    "retract": "Withdraw an article: a retraction now, a tombstone later.",
    "schema": "The published JSON Schemas: list, show, check.",
    "show": "Print one record in full.",
    "tail": "Print records of a topic.",
    "topics": "Topics on the cluster against shared/topics.py.",
    "trace": "One article through every topic.",
    "up": "Start broker, topics and services on this machine.",
}
"""The line that help shows of each: without importing any of them."""


class Commands(click.Group):
    """A group that imports a command when it is called, and answers help and completion without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands from `HELP`."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(HELP.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chipwire")
def chipwire() -> None:
    """News feeds into a typed, bilingual, exactly-once stream of articles, tagged for semiconductor policy."""


def main() -> None:
    """Run the command line."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it cannot do comes back as an error, and is said once
    logging.getLogger("shared").handlers = [logging.StreamHandler()]  # what readers have to say: stderr, as it is
    try:
        status = chipwire.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except Exception as error:
        from shared.errors import ChipwireError

        if not isinstance(error, ChipwireError | OSError):
            raise
        click.echo(f"chipwire: {error}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()

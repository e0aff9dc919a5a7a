"""``chipwire schema``: what consumers are promised, and whether this checkout keeps it."""

import click

from services.cli.context import output, show


@click.group()
def schema() -> None:
    """Work with the published JSON Schemas: of values, and of headers."""


@schema.command()
@output
def ls(output: str) -> None:
    """List the schemas, each with its URN and the releases that promised it."""
    from shared.schemas import published

    releases = {version: published.stored(published.RELEASED / version) for version in published.versions()}
    rows = [
        {
            "name": name,
            "id": found["$id"],
            "fields": len(found.get("properties", ())) or None,
            "released": ", ".join(version for version, files in releases.items() if name in files) or None,
        }
        for name, found in published.generated().items()
    ]
    show(rows, output, ["name", "id", "fields", "released"])


@schema.command("show")
@click.argument("name")
def show_schema(name: str) -> None:
    """Print a schema as JSON: NAME is one of `chipwire schema ls`, or a URN as in ce_dataschema."""
    from shared.schemas import published

    made = published.generated()
    found = made.get(name) or next((each for each in made.values() if each["$id"] == name), None)
    if found is None:
        raise click.UsageError(f"there is no schema {name!r}; known are {', '.join(made)}")
    click.echo(published.encode(found), nl=False)


@schema.command()
@output
def check(output: str) -> None:
    """Hold the models against the checked-in schemas and every released one (exit status 3 if they differ)."""
    from shared.schemas import published

    rows = [{"schema": name, "path": "", "kind": "drift", "detail": "run `make schemas`"} for name in published.drift()]
    rows += [
        {"schema": name, "path": found.path, "kind": found.kind, "detail": found.detail} for name, found in published.broken_promises()
    ]
    if rows:
        show(rows, output, ["schema", "path", "kind", "detail"])
        raise SystemExit(3)
    click.echo(f"every schema is that of its model and breaks nothing of {', '.join(published.versions())}", err=True)

"""``chipwire asyncapi``: the topics as an AsyncAPI 3 document."""

import click


@click.command()
@click.option("-o", "--output", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="Form of the document.")
def asyncapi(output: str) -> None:
    """Print the AsyncAPI 3 document of every topic: keys, records, headers, settings."""
    from shared.schemas.asyncapi import document, encode

    if output == "yaml":
        click.echo(encode(document()), nl=False)
        return
    import json

    click.echo(json.dumps(document(), ensure_ascii=False, indent=2))

"""``make schemas``: writes shared/schemas and docs/asyncapi.yaml anew; with a version, also the released copy of that version."""

import sys
from pathlib import Path

from shared.errors import SetupError
from shared.schemas import published
from shared.schemas.asyncapi import document, encode

ASYNCAPI = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.yaml"


def main(arguments: list[str]) -> None:
    """Write the files.

    Raises:
        SetupError: If the version was released before: what was promised never changes.
    """
    published.write()
    ASYNCAPI.write_text(encode(document()), encoding="utf-8")
    for version in arguments:
        folder = published.RELEASED / version
        if folder.exists():
            raise SetupError(f"{version} is released: its schemas never change")
        published.write(folder)


if __name__ == "__main__":
    main(sys.argv[1:])

"""``make bench``: every figure of docs/benchmarks.md, or those parts named: ``python -m tests.bench throughput classify``."""

import sys
from types import ModuleType

from tests.bench import (
    archive,
    classify,
    extraction,
    feeds,
    fidelity,
    latency,
    memory,
    pages,
    polling,
    recovery,
    scale,
    slices,
    texts,
    throughput,
)
from tests.bench.rig import rig

PARTS: dict[str, ModuleType] = {
    "memory": memory,
    "recovery": recovery,  # before the broker holds gigabytes, which it would check after each kill
    "latency": latency,
    "throughput": throughput,
    "pages": pages,
    "slices": slices,
    "classify": classify,
    "extraction": extraction,
    "texts": texts,
    "fidelity": fidelity,
    "feeds": feeds,
    "polling": polling,
    "archive": archive,
    "scale": scale,
}


def main(names: list[str]) -> None:
    """Run the named parts, or all, on one broker."""
    with rig() as made:
        for name in names or list(PARTS):
            PARTS[name].run(made)


if __name__ == "__main__":
    main(sys.argv[1:])

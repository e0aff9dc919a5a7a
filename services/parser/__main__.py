"""news.raw ──► parse ──► news.articles."""

from services.parser.notices import notices
from services.parser.parse import parse
from shared.stream.service import run_stage
from shared.stream.stage import Stage
from shared.topics import ARTICLES, RAW

STAGE = Stage("parser", source=RAW, step=parse, sink=ARTICLES, notices=notices)


def main() -> None:
    """Run the parser until SIGTERM."""
    run_stage(STAGE)


if __name__ == "__main__":
    main()

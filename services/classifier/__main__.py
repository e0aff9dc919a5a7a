"""news.articles ──► tag ──► news.tagged."""

from services.classifier.classify import tag
from shared.stream.service import run_stage
from shared.stream.stage import Stage
from shared.topics import ARTICLES, TAGGED

STAGE = Stage("classifier", source=ARTICLES, step=tag, sink=TAGGED)


def main() -> None:
    """Run the classifier until SIGTERM."""
    run_stage(STAGE)


if __name__ == "__main__":
    main()

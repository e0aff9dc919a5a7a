"""news.feeds ──► fetcher ──► news.raw, with its memory on news.fetch-state."""

from services.fetcher.lane import opened
from shared.settings import FetcherSettings
from shared.stream.service import Service, run
from shared.topics import FEEDS, FETCH_STATE, RAW

SERVICE = Service("fetcher", source=FEEDS, topics=(FEEDS, FETCH_STATE, RAW, FEEDS.dead_letters), open=opened)


def main() -> None:
    """Run the fetcher until SIGTERM."""
    run(SERVICE, FetcherSettings)


if __name__ == "__main__":
    main()

"""feeds ──► FETCHER ──► raw."""

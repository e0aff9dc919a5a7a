"""raw ──► PARSER ──► articles."""

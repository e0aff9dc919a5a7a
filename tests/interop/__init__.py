"""Consumers of `news.tagged.v1` in other languages, run for real: each prints what it made of every record as a JSON line."""

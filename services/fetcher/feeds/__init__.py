"""Feeds as bytes into feeds as data; pure, run in worker processes."""

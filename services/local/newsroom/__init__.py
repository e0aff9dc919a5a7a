"""The demo newsroom: serves ``deploy/newsroom`` over loopback, one port a feed, and lets time pass (a correction, a withdrawal)."""

from services.local.newsroom.manifest import Manifest, expected
from services.local.newsroom.server import RunningNewsroom, serve
from services.local.newsroom.stories import NEWSROOM, Newsroom, load

__all__ = ["NEWSROOM", "Manifest", "Newsroom", "RunningNewsroom", "expected", "load", "serve"]

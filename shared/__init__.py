"""What the services share: the records, the topics, the stream runtime. Pure parts first; nothing here imports a service."""

__version__ = "0.1.0"

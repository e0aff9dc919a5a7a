"""The records on the topics, and their headers."""

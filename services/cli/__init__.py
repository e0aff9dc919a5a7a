"""The chipwire command: one file a noun."""

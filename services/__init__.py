"""The three services, the local system and the command line; services never import one another."""

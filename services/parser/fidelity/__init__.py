"""Whether a summary says what its original says: typed facts, aligned before they are compared."""

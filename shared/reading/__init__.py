"""Records read without a consumer group, and slices of topics in files."""

"""A whole web page: its text blocks, the article among them, and what the page says of itself."""

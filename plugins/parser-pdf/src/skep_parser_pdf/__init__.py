"""PDF into blocks, page by page."""

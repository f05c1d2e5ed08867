"""Documents of other platforms: read into drafts, and drafts written for them."""

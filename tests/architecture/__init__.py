"""What the source tree must look like; docs say why, these say when it no longer does."""

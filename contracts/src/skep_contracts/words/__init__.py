"""Words of texts, cut the same way by every store that looks for them."""

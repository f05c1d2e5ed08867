"""Apps: a draft that is edited, and the versions published from it."""

"""Web apps: a published app as a page of its own, for people without an account."""

"""Signing in at the other side of a toolkit, by OAuth."""

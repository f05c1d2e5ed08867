"""Renders a Jinja template with a fuel limit."""

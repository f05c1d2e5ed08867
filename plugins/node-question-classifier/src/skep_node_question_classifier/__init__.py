"""Puts a text into one of several classes and takes that class's edge."""

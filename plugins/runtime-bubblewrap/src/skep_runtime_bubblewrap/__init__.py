"""Runs Python in a fresh bubblewrap sandbox for every call."""

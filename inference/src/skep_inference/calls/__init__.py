"""Calling a model: attempts, time limits, what is recorded."""

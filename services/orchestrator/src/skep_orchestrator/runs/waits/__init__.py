"""Runs that wait: woken by answers, by time, by other runs; and those that operators pause."""

"""Carries runs out: pulls commands, holds runs, writes their logs."""

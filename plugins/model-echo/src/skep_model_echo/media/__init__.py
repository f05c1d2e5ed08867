"""Moderation, sound and pictures without a model: plain, and the same every time."""

"""Answers of apps, judged by a model; and questions that a model drafts."""

"""The vendor's field names. See https://ai.google.dev/api."""

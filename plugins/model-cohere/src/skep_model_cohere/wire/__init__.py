"""The vendor's field names. See https://docs.cohere.com/reference/chat."""

"""The vendor's field names. See https://platform.claude.com/docs/en/api/messages."""

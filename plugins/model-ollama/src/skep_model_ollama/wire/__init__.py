"""The server's field names. See https://docs.ollama.com/api."""

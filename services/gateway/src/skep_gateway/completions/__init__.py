"""OpenAI's API over every model of the tenant, and over its published apps."""

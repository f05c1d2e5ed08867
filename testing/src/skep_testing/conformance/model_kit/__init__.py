"""What the kit for models plays: the vendor behind a provider."""

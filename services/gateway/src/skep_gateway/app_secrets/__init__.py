"""Secret environment variables of apps: taken in, sealed, never shown again."""

"""Models write prompts, schemas and code for people to edit."""

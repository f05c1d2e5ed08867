"""Programs that run beside or inside the sandbox; each needs the standard library alone."""

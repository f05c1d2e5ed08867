"""Services together, as real processes on a real bus."""

"""Documents into chunks, chunks into answers."""

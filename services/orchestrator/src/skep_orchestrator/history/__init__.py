"""What happened: run records for lists and details, folded from the journal."""

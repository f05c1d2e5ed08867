"""What holds for a whole workspace."""

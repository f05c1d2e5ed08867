"""What a model adds to chunks before they are embedded."""

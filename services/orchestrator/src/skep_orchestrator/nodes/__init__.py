"""What a node may use, and what is made of what it gives."""

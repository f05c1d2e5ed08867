"""What runs in the image: with the standard library alone."""

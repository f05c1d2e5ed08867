"""Takes one of several edges by conditions that are data, not code."""

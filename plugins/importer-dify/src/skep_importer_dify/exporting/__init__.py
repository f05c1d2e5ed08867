"""Documents of ours, written for the other side."""

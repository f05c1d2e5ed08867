"""Files of the other side: read, and reduced to what is run."""

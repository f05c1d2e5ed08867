"""The public facts as a stream."""

"""What AWS does its own way: signatures of requests, and the framing of streams."""

"""A lean NATS and JetStream client that knows nothing of Skep but its errors."""

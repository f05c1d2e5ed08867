"""NATS and JetStream as the bus needs them, over nats-py; knows nothing of Skep but its errors."""

"""Everything on one machine: the embedded NATS server and the four services, supervised."""

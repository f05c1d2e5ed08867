"""An offline, deterministic model: streams back what it was asked."""

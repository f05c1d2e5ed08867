"""How a Skep service runs: bus, database, telemetry, settings, egress, plugins."""

"""What operators and newcomers ask first: health, readiness, metrics, documentation."""

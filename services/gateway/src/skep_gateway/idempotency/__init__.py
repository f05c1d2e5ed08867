"""`Idempotency-Key`: a repeated write meets the answer of the first."""

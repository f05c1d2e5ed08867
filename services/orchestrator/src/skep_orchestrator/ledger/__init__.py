"""The ledger: every attempt at a model call, summed by hour, app and model."""

"""What an operator runs by hand: `python -m skep_sandbox selftest` and `build-image`."""

"""The pure engine: facts in, decisions out. No I/O, no clock, no randomness."""

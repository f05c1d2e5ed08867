"""Results that a run takes from the record of another: forks and replays."""

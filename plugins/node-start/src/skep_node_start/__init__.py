"""Where a run begins: the form that a run's inputs must match."""

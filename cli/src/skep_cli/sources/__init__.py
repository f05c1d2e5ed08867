"""Sources that datasets are kept in step with."""

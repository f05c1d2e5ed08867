"""Who may know of a dataset that is not open to the whole workspace."""

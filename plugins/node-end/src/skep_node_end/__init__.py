"""Where a workflow run ends: names what the run gives back."""

"""From a model's name to a provider that can be called."""

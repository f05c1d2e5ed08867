"""What parts of a file mean here: references, conditions, prompts, forms."""

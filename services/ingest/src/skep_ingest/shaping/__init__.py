"""What happens to texts around a chunker: cleaning, sizes in words, children, true places."""

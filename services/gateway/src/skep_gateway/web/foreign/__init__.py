"""How errors look to clients that speak another product's API."""

"""What runs wait for, seen from outside: forms that people fill in, and signed addresses."""

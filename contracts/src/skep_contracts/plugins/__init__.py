"""What plugins implement: one extension point, one module."""

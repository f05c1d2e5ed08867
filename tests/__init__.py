"""Tests that need more than one distribution."""

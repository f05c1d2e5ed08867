"""Budgets that hold: every call reserves what it may cost, and settles what it did cost."""

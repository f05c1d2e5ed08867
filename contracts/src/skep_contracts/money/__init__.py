"""Money: budgets, and how what is spent of them is counted."""

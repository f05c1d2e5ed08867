"""Facts about the vendors that speak this wire, and their models. Data; no code per vendor."""

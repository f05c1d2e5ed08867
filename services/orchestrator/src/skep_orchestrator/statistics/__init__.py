"""How runs went over time, summed over the history's rows."""

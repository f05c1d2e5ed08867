"""Which way calls of models take: fallbacks, hedges, time limits, limits of credentials."""

"""Which way calls of models take: settings that every process follows."""

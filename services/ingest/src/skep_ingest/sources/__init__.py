"""Sources of datasets: their documents are kept in step with what is elsewhere."""

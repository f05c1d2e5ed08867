"""Sources of datasets: their forms and secrets; ingest does the rest."""

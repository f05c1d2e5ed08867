"""The `skep` command: supervises one machine, and speaks HTTP for everything else."""

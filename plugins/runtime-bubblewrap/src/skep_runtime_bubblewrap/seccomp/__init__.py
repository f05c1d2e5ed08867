"""System-call filters: a small assembler, call numbers, and the two filters of the sandbox."""

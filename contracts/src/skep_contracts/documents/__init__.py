"""For plugins that parse and split documents: what each of them would otherwise write again."""

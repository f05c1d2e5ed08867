"""What nodes that ask a model have in common: settings, messages, listening, and JSON out of text.

Built on `NodeContext` alone, and pure but for what goes through it. Import from the modules, so
that a plugin that only describes itself loads little.
"""

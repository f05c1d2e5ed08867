"""What plugins that call a vendor over HTTP have in common: events, failures, requests, text.

Built on `PluginContext` alone. Import from the modules, so that a plugin that only describes itself
loads little.
"""

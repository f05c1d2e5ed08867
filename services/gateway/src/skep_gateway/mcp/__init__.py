"""The MCP server: published apps are tools."""

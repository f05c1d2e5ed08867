"""Toolkits of a workspace: MCP servers, APIs, whatever describes its tools by itself."""

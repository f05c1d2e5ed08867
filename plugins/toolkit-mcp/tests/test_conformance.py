"""The kit for toolkits."""

from typing import ClassVar

from skep_testing.conformance.toolkits import ToolkitConformance


class TestConformance(ToolkitConformance):
    entry_point = "mcp"
    kind = "mcp"
    settings: ClassVar = {"url": "https://host.example/mcp", "token": "secret"}
    invalid_settings = (
        {},
        {"url": "ftp://host.example"},
        {"url": "https://host.example", "more": 1},
        {"url": "https://host.example", "headers": {"Host": "elsewhere"}},
        {"url": "https://host.example", "headers": {"X": "a\r\nY: b"}},
        {"url": "https://host.example", "oauth_token_url": "https://host.example/token"},
    )

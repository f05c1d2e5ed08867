"""The kit for toolkits."""

from typing import ClassVar

from skep_testing.conformance.toolkits import ToolkitConformance


class TestConformance(ToolkitConformance):
    entry_point = "openapi"
    kind = "openapi"
    settings: ClassVar = {"document_url": "https://host.example/openapi.json", "token": "secret"}
    invalid_settings = (
        {},
        {"document": "{}", "more": 1},
        {"document": "{}", "api_key_secret": "x"},
        {"document": "{}", "api_key_secret": "x", "api_key_name": "a b"},
        {"document": "{}", "token": "a\r\nb: c"},
    )

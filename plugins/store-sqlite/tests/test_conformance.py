"""The SQLite store keeps what every store promises."""

from skep_testing.conformance.stores import StoreConformance


class TestConformance(StoreConformance):
    entry_point = "sqlite"
    store_name = "sqlite"

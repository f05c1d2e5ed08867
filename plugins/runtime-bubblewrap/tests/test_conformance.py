"""The kit's programs, good and bad, in the real sandbox."""

from skep_testing.conformance.runtimes import RuntimeConformance


class TestConformance(RuntimeConformance):
    entry_point = "bubblewrap"
    runtime_name = "bubblewrap"

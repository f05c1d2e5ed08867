"""The parts of the kit for nodes; plugins import `skep_testing.conformance.nodes`."""

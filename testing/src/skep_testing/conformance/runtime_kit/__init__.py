"""The conformance kit of sandbox runtimes: programs, and a process to run them in."""

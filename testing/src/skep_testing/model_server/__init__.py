"""A model vendor for tests: speaks the OpenAI wire, checks requests like it, counts every call.

In a test::

    with ModelServer() as server:
        server.on("[[sums]]", Turn(status=429, retry_after_s=1), Turn(text="4"))
        ...  # call server.base_url with server.api_key
        assert server.count("sums").completed == 1

As a process: ``python -m skep_testing.model_server --port 8100``; counts are at ``GET /stats``.
"""

from skep_testing.model_server.counting import Count, Counts
from skep_testing.model_server.script import Turn
from skep_testing.model_server.server import ModelServer

__all__ = ["Count", "Counts", "ModelServer", "Turn"]

"""Sends the request and reads the answer."""

import time
from urllib.parse import urlsplit

from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_node_http_request.answer import raise_for_status, read_answer
from skep_node_http_request.sending import build
from skep_node_http_request.settings import HttpRequestSettings


class HttpRequestNode:
    """One request, one answer; trying again is the host's work."""

    async def run(self, ctx: NodeContext, settings: HttpRequestSettings) -> NodeResult:
        """Send the request.

        Raises:
            InvalidInput: It cannot be sent, its address is refused, or it got a 4xx.
            RateLimited: It got a 429, or a 503 with a time to wait.
            ProviderFailed: The network failed, or it got a 5xx.
            ProviderTimedOut: Nothing came in time.
            TooLarge: The answer exceeds its limit.
        """
        outgoing = await build(ctx, settings)
        begin = time.monotonic()
        response = await ctx.http.request(
            settings.method,
            outgoing.url,
            headers=outgoing.headers,
            body=outgoing.body,
            timeout_s=settings.timeout_s,
            max_bytes=settings.max_size_bytes,
            follow_redirects=settings.follow_redirects,
            verify_tls=settings.verify_tls,
        )
        elapsed_s = time.monotonic() - begin
        if settings.fail_on_status:
            raise_for_status(response, settings.retry_statuses)
        # Query and user information may hold secrets; scheme, host and path tell enough.
        place = urlsplit(outgoing.url)
        line = (
            f"{settings.method} {place.scheme}://{place.hostname}{place.path}: {response.status}, "
            f"{len(response.body):,} bytes in {elapsed_s:.2f} s"
        )
        outputs = await read_answer(ctx, response, settings.response)
        return NodeResult(outputs=outputs, logs=(line,))

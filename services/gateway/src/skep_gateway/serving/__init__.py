"""From features to an ASGI application, and from that to a listening server."""

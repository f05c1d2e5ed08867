"""Run the model server as a process; one line of JSON on standard output says where it listens."""

import argparse
import asyncio
import contextlib
import json
import sys

from skep_testing.model_server.server import ModelServer


def main() -> None:
    """Serve until interrupted or ended."""
    parser = argparse.ArgumentParser(prog="python -m skep_testing.model_server")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--api-key", help="made when left out")
    parser.add_argument("--open", action="store_true", help="let everybody in")
    parser.add_argument("--tokens", type=int, default=8, help="length of an answer")
    parser.add_argument("--latency-s", type=float, default=0.0, help="before the first byte")
    parser.add_argument("--token-delay-s", type=float, default=0.0, help="between tokens")
    options = parser.parse_args()
    server = ModelServer(
        api_key=options.api_key,
        is_open=options.open,
        tokens=options.tokens,
        latency_s=options.latency_s,
        token_delay_s=options.token_delay_s,
        port=options.port,
        keep_requests=0,
    )

    def announce() -> None:
        where = {"url": server.base_url, "api_key": server.api_key}
        sys.stdout.write(json.dumps(where) + "\n")
        sys.stdout.flush()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.main(announce))


if __name__ == "__main__":
    main()

"""What the server logs is ours: no copy for terminals, no addresses of requests."""

import json
import logging

from skep_gateway.serving.server import HttpServer
from skep_gateway.web.limits import WebSettings
from skep_runtime.logs import JsonFormatter


async def test_line_of_the_server_holds_its_text_once() -> None:
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    async def app(*_: object) -> None:
        return

    handler = Collector()
    handler.setFormatter(JsonFormatter("gateway", lambda: None))
    logger = logging.getLogger("uvicorn.error")
    for _ in range(2):  # as with a server that is made anew
        HttpServer(app, host="127.0.0.1", port=0, settings=WebSettings())
    logger.addHandler(handler)
    try:
        logger.warning("Started on %d", 1, extra={"color_message": "\x1b[36mStarted\x1b[0m"})
    finally:
        logger.removeHandler(handler)

    (line,) = map(json.loads, lines)
    assert line["message"] == "Started on 1"
    assert "color_message" not in line

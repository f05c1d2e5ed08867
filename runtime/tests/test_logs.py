"""Log lines: one record, one line, and no secrets."""

import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from skep_runtime import logs
from skep_runtime.logs import log_context

LOG = logging.getLogger("skep.test")


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)


class Stderr:
    """What was written so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def getvalue(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Stderr:
    return Stderr(capsys)


def configure(form: Literal["json", "console"], level: str = "info") -> None:
    logs.configure(level, form, service="gateway", trace_id=lambda: "abc")


def last(stream: Stderr) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def test_json_line_holds_message_fields_context_and_trace(stderr: Stderr) -> None:
    configure("json")

    with log_context(tenant="t_1"), log_context(run_id="run_1"):
        LOG.info("run resumed", extra={"nodes": 3})

    line = last(stderr)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "skep.test",
        "message": "run resumed",
        "service": "gateway",
        "trace_id": "abc",
        "tenant": "t_1",
        "run_id": "run_1",
        "nodes": 3,
    }


def test_context_ends_with_its_block(stderr: Stderr) -> None:
    configure("json")

    with log_context(tenant="t_1"):
        pass
    LOG.info("x")

    assert "tenant" not in last(stderr)


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_are_masked_wherever_they_are(
    stderr: Stderr, form: Literal["json", "console"]
) -> None:
    configure(form)

    try:
        raise ValueError("postgres://skep:hunter2@db/x Bearer hunter2 sk_hunter2hunter2")
    except ValueError:
        LOG.exception(
            "failed with %s",
            "Bearer hunter2",
            extra={
                "password": "hunter2",
                "api_key": "hunter2",
                "headers": {"Authorization": "Bearer hunter2", "x": {"token": "hunter2"}},
                "url": "https://u:hunter2@host/",
            },
        )

    assert "hunter2" not in stderr.getvalue()
    assert "failed with" in stderr.getvalue()


def test_counts_of_tokens_are_no_secret(stderr: Stderr) -> None:
    configure("json")

    LOG.info("x", extra={"input_tokens": 12})

    assert last(stderr)["input_tokens"] == 12


def test_traceback_stays_in_its_json_line(stderr: Stderr) -> None:
    configure("json")

    try:
        raise KeyError("x\ny")
    except KeyError:
        LOG.exception("failed")

    assert len(stderr.getvalue().splitlines()) == 1
    assert last(stderr)["error"].startswith("Traceback")


@pytest.mark.parametrize("value", ["a\nlevel=error forged", "\x1b[2J", "\u2028x"])
def test_what_others_sent_cannot_write_lines_of_its_own(stderr: Stderr, value: str) -> None:
    configure("console")

    LOG.info("got %s", value, extra={"name_of_file": value})

    assert len(stderr.getvalue().splitlines()) == 1
    assert "\x1b" not in stderr.getvalue()


def test_anything_can_be_a_field(stderr: Stderr) -> None:
    configure("json")

    LOG.info("x", extra={"thing": object(), "nan": float("nan"), "raw": b"\xff"})
    LOG.info("x", extra={"lone": "\ud800", "large": 10**30, "odd": {(1, 2): 3}})

    assert len(stderr.getvalue().splitlines()) == 2
    assert "ud800" in stderr.getvalue()


def test_colours_appear_only_when_asked_for(
    stderr: Stderr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    configure("console")
    LOG.info("plain")
    monkeypatch.setenv("FORCE_COLOR", "1")
    configure("console")
    LOG.info("coloured")

    plain, coloured = stderr.getvalue().splitlines()
    assert "\x1b[32m" in coloured
    assert "\x1b" not in plain


def test_level_keeps_the_chatter_out(stderr: Stderr) -> None:
    configure("json", level="warning")

    LOG.info("chatter")

    assert stderr.getvalue() == ""

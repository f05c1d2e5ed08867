"""Settings of a workspace as files: shown, compared and set by the command line."""

from pathlib import Path

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import skep

pytestmark = [pytest.mark.integration]
ROUTES = """\
models:
  openai/gpt-4o:
    fallbacks: [echo/echo]
    hedge_after_s: p95
"""
RULES = """\
rules:
- {id: mail, name: No addresses, guardrail: personal-data, action: mask, settings: {kinds: [email]}}
"""


def test_settings_are_shown_compared_and_set(stack: RunningStack, tmp_path: Path) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text(ROUTES)

    before = skep(stack, "settings", "show", "model-routes")
    made = skep(stack, "settings", "set", "model-routes", str(path))
    again = skep(stack, "settings", "set", "model-routes", str(path))
    shown = skep(stack, "settings", "show", "model-routes")
    path.write_text(shown.stdout)
    same = skep(stack, "settings", "set", "model-routes", str(path), "--check")
    path.write_text(shown.stdout.replace("echo/echo", "echo/slow"))
    other = skep(stack, "settings", "set", "model-routes", str(path), "--check")
    kept = stack.request("GET", "/api/v1/model-routes")
    path.write_text(before.stdout)
    back = skep(stack, "settings", "set", "model-routes", str(path))

    assert (made.stdout, again.stdout) == ("model-routes set\n", "unchanged\n")
    assert "hedge_after_s: p95" in shown.stdout
    assert (same.returncode, same.stdout) == (0, "unchanged\n")
    assert (other.returncode, other.stdout) == (1, "model-routes would change\n")
    assert kept["models"]["openai/gpt-4o"]["fallbacks"] == ["echo/echo"]
    assert back.stdout == "model-routes set\n"
    assert stack.request("GET", "/api/v1/model-routes")["models"] == {}


def test_what_cannot_be_set_says_where(stack: RunningStack, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES.replace("personal-data", "gone"))
    unknown = skep(stack, "settings", "set", "guardrails", str(path))
    path.write_text("[1, 2]")
    no_object = skep(stack, "settings", "set", "guardrails", str(path))
    path.write_text("a: [")
    no_yaml = skep(stack, "settings", "set", "guardrails", str(path))

    assert unknown.returncode != 0
    assert "/rules/0/guardrail" in unknown.stderr
    assert "must hold an object" in no_object.stderr
    assert "rules.yaml is no YAML" in no_yaml.stderr
    assert stack.request("GET", "/api/v1/guardrails")["rules"] == []

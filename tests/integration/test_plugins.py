"""A plugin from outside: written, tested, installed, used, removed, all while the stack runs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, skep
from tests.integration.documents import start, text_field, workflow

pytestmark = [pytest.mark.integration]


def shouting(name: str) -> dict[str, Any]:
    return workflow(
        name,
        {
            "start": start(text_field("topic")),
            "loud": {"type": "shout", "settings": {"text": "{{start.topic}}", "marks": 2}},
            "end": {"type": "end", "settings": {"outputs": {"text": "{{loud.text}}"}}},
        },
        [("start", "loud"), ("loud", "end")],
    )


def knows(stack: RunningStack, node_type: str) -> bool:
    listed = stack.request("GET", "/api/v1/node-types")["items"]
    return any(item["type"] == node_type for item in listed)


def test_plugin_is_written_installed_used_and_removed(stack: RunningStack, tmp_path: Path) -> None:
    written = skep(stack, "plugin", "new", "shout", "--kind", "node", "--directory", str(tmp_path))
    assert written.returncode == 0, written.stderr
    folder = tmp_path / "skep-node-shout"

    installed = skep(stack, "plugin", "install", str(folder), "--data-dir", str(stack.data_dir))
    assert installed.returncode == 0, installed.stderr
    eventually(lambda: knows(stack, "shout"))
    app = create_app(stack, shouting("shouting"))
    run = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "bees"}})
    assert run["outputs"] == {"text": "BEES!!"}

    removed = skep(stack, "plugin", "remove", "skep-node-shout", "--data-dir", str(stack.data_dir))
    assert removed.returncode == 0, removed.stderr
    eventually(lambda: not knows(stack, "shout"))
    checked = stack.request("POST", "/api/v1/workflow-checks", {"document": shouting("gone")})
    assert not checked["ok"]
    refused = stack.request(
        "POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "x"}, "respond": "wait"}
    )
    assert refused["status"] == "failed"
    assert "shout" in refused["problem"]["detail"]


def test_written_plugin_passes_its_own_conformance_test(
    stack: RunningStack, tmp_path: Path
) -> None:
    skep(stack, "plugin", "new", "whisper", "--kind", "node", "--directory", str(tmp_path))
    folder = tmp_path / "skep-node-whisper"
    skep_dir = tmp_path / "data"
    done = skep(stack, "plugin", "install", str(folder), "--data-dir", str(skep_dir))
    assert done.returncode == 0, done.stderr
    target = skep_dir / "plugins" / "skep-node-whisper"

    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env={**os.environ, "PYTHONPATH": str(target)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout


def test_plugin_that_does_not_load_is_reported_and_harms_nothing(
    stack: RunningStack, tmp_path: Path
) -> None:
    skep(stack, "plugin", "new", "broken", "--kind", "node", "--directory", str(tmp_path))
    folder = tmp_path / "skep-node-broken"
    module = folder / "src" / "skep_node_broken" / "__init__.py"
    module.write_text("raise RuntimeError('no such luck')\n")

    installed = skep(stack, "plugin", "install", str(folder), "--data-dir", str(stack.data_dir))

    assert installed.returncode == 0, installed.stderr

    def reported() -> bool:
        plugins = stack.request("GET", "/api/v1/plugins")
        return "skep-node-broken" in str(plugins) and "no such luck" in str(plugins)

    eventually(reported)
    assert knows(stack, "llm")
    assert stack.request("GET", "/readyz")
    skep(stack, "plugin", "remove", "skep-node-broken", "--data-dir", str(stack.data_dir))


def test_something_that_is_no_plugin_is_refused(stack: RunningStack, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "stranger"\nversion = "1"\n'
        '[build-system]\nrequires = ["uv_build>=0.8,<1"]\nbuild-backend = "uv_build"\n'
    )
    (tmp_path / "src" / "stranger").mkdir(parents=True)
    (tmp_path / "src" / "stranger" / "__init__.py").touch()

    done = skep(stack, "plugin", "install", str(tmp_path), "--data-dir", str(stack.data_dir))

    assert done.returncode == 1
    assert "not a Skep plugin" in done.stderr

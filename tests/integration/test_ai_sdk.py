"""A client of other make: the AI SDK for JavaScript, which shares no code with OpenAI's."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app
from tests.integration.documents import model_chain
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("ai_sdk.mjs")
MODEL = "openai/gpt-4o-mini"


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model("--tokens", "6") as running:
        running.connect(stack)
        yield running


@pytest.fixture(scope="module")
def node() -> str:
    if not (ROOT / "console/node_modules/ai").is_dir():
        pytest.skip("NOT TESTED: the console's packages are not installed; run 'make console'")
    found = subprocess.run([ROOT / "scripts/find-node"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def ask(stack: RunningStack, node: str, task: str, **given: str) -> Any:
    done = subprocess.run(
        ["node", "--input-type=module"],
        stdin=PROGRAM.open(),
        cwd=ROOT / "console",
        env={
            "PATH": f"{node}{os.pathsep}{os.environ['PATH']}",
            "SKEP_OPENAI_URL": f"{stack.url}/openai/v1",
            "SKEP_API_KEY": stack.key,
            "SKEP_MODEL": MODEL,
            "SKEP_ASK": task,
            **given,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # warnings come before it


def test_text_comes_whole(stack: RunningStack, model: ScriptedModel, node: str) -> None:
    model.script("[[text]]", {"text": "one two"})

    made = ask(stack, node, "text")

    assert (made["text"], made["finish"]) == ("one two", "stop")
    assert made["tokens"] > 0


def test_text_comes_in_pieces(stack: RunningStack, model: ScriptedModel, node: str) -> None:
    model.script("[[stream]]", {"text": "one two three"})

    made = ask(stack, node, "stream")

    assert len(made["pieces"]) > 1
    assert ("".join(made["pieces"]), made["finish"]) == ("one two three", "stop")
    assert made["tokens"] > 0


def test_tools_go_round(stack: RunningStack, model: ScriptedModel, node: str) -> None:
    calls = [["weather", '{"city": "Ulm"}'], ["weather", '{"city": "Bonn"}']]
    model.script("[[tools]]", {"text": "", "tool_calls": calls}, {"text": "Take a coat."})

    made = ask(stack, node, "tools")

    assert made == {"called": ["Ulm", "Bonn"], "text": "Take a coat.", "steps": 2}


def test_object_follows_its_schema(stack: RunningStack, model: ScriptedModel, node: str) -> None:
    model.script("[[object]]", {"text": '{"n": 7}'})

    assert ask(stack, node, "object") == {"n": 7}


def test_texts_are_embedded(stack: RunningStack, node: str) -> None:
    made = ask(stack, node, "embeddings", SKEP_MODEL="local/wordllama-256")

    assert made == {"count": 2, "dimensions": 256}


def test_published_app_is_a_model(stack: RunningStack, model: ScriptedModel, node: str) -> None:
    create_app(stack, model_chain("poet", MODEL, 1))
    model.script("[[text]]", {"text": "Bees hum."})

    made = ask(stack, node, "text", SKEP_MODEL="app/poet")

    assert (made["text"], made["finish"]) == ("Bees hum.", "stop")


def test_refusals_are_understood(stack: RunningStack, node: str) -> None:
    wrong = ask(stack, node, "refused", SKEP_API_KEY="skep_key_wrong")
    unknown = ask(stack, node, "refused", SKEP_MODEL="nobody/nothing")

    assert wrong["status"] == 401
    assert unknown["status"] == 404
    assert "nobody" in unknown["message"]

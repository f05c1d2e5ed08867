"""Writes a new plugin that works at once: code, manifest, README, a passing conformance test."""

import re
from pathlib import Path
from typing import Final

import click

KINDS: Final = ("node",)
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")

_PYPROJECT: Final = """\
[project]
name = "{distribution}"
version = "0.1.0"
description = "A Skep node that {verb}s text"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["skep-contracts"]

[project.entry-points."skep.nodes"]
{entry} = "{module}"

[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
"""

_INIT: Final = '''\
"""A node that {verb}s text."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec

from {module}.node import {cls}Node, {cls}Settings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``{type}``."""
    return [
        NodeDescription(
            type="{type}",
            title="{title}",
            description="Makes a text louder.",
            category="transform",
            effect="pure",
            settings={cls}Settings,
            outputs=lambda settings: (OutputSpec(name="text", type="string"),),
            factory=lambda context: {cls}Node(),
        )
    ]
'''

_NODE: Final = '''\
"""What the node does."""

import msgspec

from skep_contracts.plugins.nodes import NodeResult, PureContext


class {cls}Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the author of a workflow fills in; the form is drawn from this."""

    text: str
    """May hold references such as ``{{{{start.name}}}}``."""
    marks: int = 1
    """How many exclamation marks to add."""


class {cls}Node:
    """Upper-cases its text."""

    def evaluate(self, ctx: PureContext, settings: {cls}Settings) -> NodeResult:
        """Return the text in capitals, with exclamation marks."""
        loud = ctx.text(settings.text).upper() + "!" * settings.marks
        return NodeResult(outputs={{"text": loud}})
'''

_TEST: Final = '''\
"""The node keeps the promises that every node makes, and does its own work."""

from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

from {module}.node import {cls}Node, {cls}Settings


class TestConformance(NodeConformance):
    """Inherits the kit; the node is loaded through its entry point."""

    entry_point = "{entry}"
    node_type = "{type}"
    valid_settings = {{"text": "hello {{{{start.name}}}}", "marks": 2}}
    invalid_settings = {{"texts": "misspelt"}}


def test_text_becomes_loud() -> None:
    context = FakeNodeContext(values={{"start": {{"name": "ada"}}}})

    result = {cls}Node().evaluate(context, {cls}Settings(text="hello {{{{start.name}}}}", marks=2))

    assert result.outputs == {{"text": "HELLO ADA!!"}}
'''

_README: Final = """\
# {distribution}

A [Skep](https://github.com/skep-dev/skep) node of type `{type}`: makes a text louder.

| setting | meaning |
|---|---|
| `text` | the text; may hold references such as `{{{{start.name}}}}` |
| `marks` | how many exclamation marks to add |

```
skep plugin install .       # the running stack can use it at once
pytest                      # the conformance kit and the node's own test
```
"""


def write_plugin(name: str, kind: str, directory: Path) -> Path:
    """Write the plugin `name` below `directory` and return its folder.

    Raises:
        click.ClickException: The name is not usable, or the folder exists.
    """
    if not _NAME.match(name):
        raise click.ClickException(
            f"{name!r} cannot be a plugin name. Use lower-case words joined by hyphens: `shout`."
        )
    if kind not in KINDS:
        raise click.ClickException(
            f"Cannot write a {kind} plugin; known kinds: {', '.join(KINDS)}."
        )
    bare = name.removeprefix("skep-").removeprefix("node-")
    distribution = f"skep-node-{bare}"
    module = distribution.replace("-", "_")
    folder = directory / distribution
    if folder.exists():
        raise click.ClickException(f"{folder} exists already.")
    words = {
        "distribution": distribution,
        "module": module,
        "type": bare,
        "entry": bare.replace("-", "_"),
        "cls": "".join(part.capitalize() for part in bare.split("-")),
        "title": bare.replace("-", " ").capitalize(),
        "verb": bare.replace("-", " "),
    }
    for path, template in (
        ("pyproject.toml", _PYPROJECT),
        ("README.md", _README),
        (f"src/{module}/__init__.py", _INIT),
        (f"src/{module}/node.py", _NODE),
        ("tests/test_node.py", _TEST),
    ):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template.format(**words))
    (folder / "src" / module / "py.typed").touch()
    return folder

"""Reads the order on the command line and carries it out; answers in lines of JSON.

Each line is an object with `kind`: `report`, `case`, `said`, `problem`, and last `end` with what
holds. `skep sandbox` shows them to people.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence

import msgspec

from skep_contracts.plugins.manifest import RUNTIMES
from skep_contracts.plugins.runtimes import ImageOrder
from skep_contracts.problems import SkepError
from skep_runtime.egress import EgressClient
from skep_runtime.plugins import PluginHost
from skep_sandbox.operator.selftest import selftest
from skep_sandbox.settings import SandboxSettings


def say(kind: str, **fields: object) -> None:
    """Write one line."""
    sys.stdout.buffer.write(msgspec.json.encode({"kind": kind, **fields}) + b"\n")
    sys.stdout.buffer.flush()


def carry_out(arguments: Sequence[str], settings: SandboxSettings) -> int:
    """Carry out one order; returns the exit code, which is 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m skep_sandbox", allow_abbrev=False)
    orders = parser.add_subparsers(dest="order", required=True)
    for name, about in (
        ("selftest", "Try to get out of a runtime, and to exhaust it."),
        ("build-image", "Build the image that a runtime starts from."),
    ):
        order = orders.add_parser(name, help=about, allow_abbrev=False)
        order.add_argument("--runtime", default=settings.runtime)
        if name == "build-image":
            order.add_argument("--base")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.ERROR)  # what is less is told, not logged
    return asyncio.run(_carry_out(asked, settings))


async def _carry_out(asked: argparse.Namespace, settings: SandboxSettings) -> int:
    http = EgressClient(settings.egress)
    try:
        host = PluginHost([RUNTIMES], settings.plugins, http=http)
        host.load()
        if asked.order == "selftest":
            holds = await selftest(host, asked.runtime, say)
        else:
            holds = await asyncio.to_thread(build_image, host, asked.runtime, asked.base)
    finally:
        await http.close()
    say("end", holds=holds)
    return 0 if holds else 1


def build_image(host: PluginHost, runtime: str | None, base: str | None) -> bool:
    """Build the image of a runtime, by default of the only one that has any; tell whether it is."""
    able = {name: each for name, each in host.runtimes.items() if each.build_image is not None}
    if runtime is None and len(able) == 1:
        (runtime,) = able
    if runtime not in able:
        names = ", ".join(sorted(able)) or "none is installed"
        say("problem", detail=f"Name a runtime that starts from an image: {names}.")
        return False
    build = able[runtime].build_image
    assert build is not None  # noqa: S101  # else it were not able
    try:
        for line in build(host.context(runtime), ImageOrder(base=base)):
            say("said", text=line)
    except SkepError as error:
        say("problem", detail=error.detail)
        return False
    return True

"""`skep sandbox`: what isolation holds on this machine, tried hard, and what it starts from."""

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click

from skep_cli.api import EXIT_FAILED
from skep_cli.output import print_json, run_async
from skep_cli.sandbox_environments import build_environment, list_environments
from skep_cli.sandbox_orders import lines
from skep_cli.throw_away import gateway_or_throw_away

_runtime = click.option("--runtime", help="Which one. Default: the one that would run code here.")


@click.group()
def sandbox() -> None:
    """Inspect the code sandbox, try it, and build what it starts from."""


sandbox.add_command(build_environment)
sandbox.add_command(list_environments)


@sandbox.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(*, as_json: bool) -> None:
    """Tell what each runtime enforces here; exit code 1 when no code may run."""
    sys.exit(run_async(_show(as_json=as_json)))


async def _show(*, as_json: bool) -> int:
    async with gateway_or_throw_away() as api:
        report = await api.request("GET", "/api/v1/sandbox")
    if as_json:
        print_json(report)
    else:
        for runtime in report["reports"]:
            _print_report(runtime, is_active=runtime["runtime"] == report["active"])
    return 0 if report["active"] else EXIT_FAILED


@sandbox.command()
@_runtime
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def selftest(*, runtime: str | None, as_json: bool) -> None:
    """Try to get out of the sandbox, and to exhaust it, on this machine; as whoever you are.

    Runs every program of the suite that Skep's own tests run, in processes of its own: a stack that
    runs is left alone. Exit code 1 when something that the runtime promises does not hold.
    """
    told = lines("selftest", *(["--runtime", runtime] if runtime else []))
    found = _collected(told) if as_json else _shown(told)
    if as_json:
        print_json(found)
    sys.exit(0 if found["holds"] else EXIT_FAILED)


def _collected(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return all that was told as one object."""
    found: dict[str, Any] = {"holds": False, "problem": None, "reports": [], "cases": []}
    for line in told:
        kind = line.pop("kind")
        match kind:
            case "report" | "case":
                found[f"{kind}s"].append(line)
            case "problem":
                found["problem"] = line["detail"]
            case "end":
                found["holds"] = line["holds"]
    return found


def _shown(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Print what is told as it comes: the reports, what fails, and a table of all at the end."""
    tally: dict[str, Counter[str]] = {}
    holds = False
    for line in told:
        match line["kind"]:
            case "report":
                _print_report(line, is_active=line["active"])
            case "case":
                outcome = {True: "held", False: "failed", None: "not promised"}[line["holds"]]
                tally.setdefault(line["section"], Counter())[outcome] += 1
                if outcome == "failed":
                    click.echo(
                        f"{click.style('failed', fg='red')}  {line['language']} "
                        f"{line['section']}: {line['name']}: {line['complaint']}"
                    )
            case "problem":
                click.secho(line["detail"], fg="red")
            case "end":
                holds = line["holds"]
    _print_tally(tally)
    return {"holds": holds}


def _print_tally(tally: dict[str, Counter[str]]) -> None:
    if not tally:
        return
    click.secho(f"\n{'':<28} {'held':>6} {'failed':>8} {'not promised':>14}", dim=True)
    for section, counts in tally.items():
        failed = click.style(f"{counts['failed']:>8}", fg="red" if counts["failed"] else None)
        click.echo(f"{section:<28} {counts['held']:>6} {failed} {counts['not promised']:>14}")
    total = sum(tally.values(), Counter())
    word = "Everything that is promised holds." if not total["failed"] else "NOT everything holds."
    click.secho(
        f"{'':<28} {total['held']:>6} {total['failed']:>8} {total['not promised']:>14}\n{word}",
        bold=True,
    )


@sandbox.command("build-image")
@_runtime
@click.option(
    "--base",
    help="Take the interpreter from this image, such as python:3.13-slim. "
    "Default on Linux: from this machine, and no registry is asked.",
)
def build_image(*, runtime: str | None, base: str | None) -> None:
    """Build the image that a runtime starts its containers from."""
    order = ["build-image"]
    for name, value in (("--runtime", runtime), ("--base", base)):
        if value:
            order += [name, value]
    is_built = False
    for line in lines(*order):
        match line["kind"]:
            case "said":
                click.echo(line["text"])
            case "problem":
                click.secho(line["detail"], fg="red", err=True)
            case "end":
                is_built = line["holds"]
    sys.exit(0 if is_built else EXIT_FAILED)


def _print_report(report: dict[str, Any], *, is_active: bool) -> None:
    mark = " (runs code)" if is_active else ""
    click.secho(f"{report['runtime']}{mark}", bold=True)
    if report["languages"]:
        click.echo(f"  languages: {', '.join(report['languages'])}")
    if report["environments"]:
        click.echo(f"  environments: {', '.join(report['environments'])}")
    for guarantee in report["guarantees"]:
        word = (
            click.style("holds  ", fg="green")
            if guarantee["holds"]
            else click.style("missing", fg="red" if guarantee["required"] else "yellow")
        )
        click.echo(f"  {word}  {guarantee['name']:<12} {guarantee['detail']}")

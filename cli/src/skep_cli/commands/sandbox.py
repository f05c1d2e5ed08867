"""`skep sandbox`: what isolation holds on this machine."""

import sys

import click

from skep_cli.api import EXIT_FAILED
from skep_cli.output import print_json, run_async
from skep_cli.throw_away import gateway_or_throw_away


@click.group()
def sandbox() -> None:
    """Inspect the code sandbox."""


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
            mark = " (runs code)" if runtime["runtime"] == report["active"] else ""
            click.secho(f"{runtime['runtime']}{mark}", bold=True)
            for guarantee in runtime["guarantees"]:
                holds = guarantee["holds"]
                word = (
                    click.style("holds  ", fg="green")
                    if holds
                    else click.style("missing", fg="red")
                )
                click.echo(f"  {word}  {guarantee['name']:<12} {guarantee['detail']}")
    return 0 if report["active"] else EXIT_FAILED

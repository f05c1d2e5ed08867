"""`skep events`: the public facts, as they happen."""

import click

from skep_cli.api import connect
from skep_cli.output import print_json_line, run_async


@click.command()
@click.option("--app", default=None, help="Only of this app.")
@click.option("--run", "run_id", default=None, help="Only of this run.")
@click.option("--kind", "kinds", multiple=True, help="Only these types, such as run.succeeded.v1.")
@click.option("--from", "start", default="now", show_default=True, help="now, start or a number.")
def events(*, app: str | None, run_id: str | None, kinds: tuple[str, ...], start: str) -> None:
    """Print events as lines of JSON until Ctrl-C, connecting again wherever the stream breaks."""
    params = {"from": start}
    params |= {key: value for key, value in (("app", app), ("run", run_id)) if value}
    if kinds:
        params["kind"] = ",".join(kinds)
    run_async(_follow(params))


async def _follow(params: dict[str, str]) -> None:
    async with connect() as api:
        async for event in api.follow("/api/v1/events", params=params):
            print_json_line({"id": event.id, "type": event.event, "event": event.data})

"""`skep run`: a workflow file, a folder or an app, from its inputs to its end."""

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
import msgspec

from skep_cli.api import Api, ApiProblem
from skep_cli.applying import apply_app, apply_dataset, find_app, progress_bar
from skep_cli.output import print_json, run_async
from skep_cli.run_view import RunView
from skep_cli.targets import Target, read_target
from skep_cli.throw_away import gateway_or_throw_away


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for."""

    inputs: dict[str, Any]
    query: str | None
    conversation: str | None
    version: str | None
    as_json: bool
    detach: bool
    show_nodes: bool


@click.command()
@click.argument("target")
@click.option("--input", "-i", "pairs", multiple=True, metavar="KEY=VALUE", help="An input.")
@click.option(
    "--inputs-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON file with inputs; --input adds to it.",
)
@click.option("--query", "-q", default=None, help="The message, for a chat app.")
@click.option("--conversation", default=None, help="Continue this conversation.")
@click.option("--version", default=None, help="draft, published or a version's hash.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole run as JSON at its end.")
@click.option("--detach", is_flag=True, help="Start the run and return at once.")
@click.option("--nodes", "show_nodes", is_flag=True, help="Show nodes as they start and end.")
def run(
    *,
    target: str,
    pairs: tuple[str, ...],
    inputs_file: Path | None,
    query: str | None,
    conversation: str | None,
    version: str | None,
    as_json: bool,
    detach: bool,
    show_nodes: bool,
) -> None:
    """Run TARGET: a workflow file, a folder with app.yaml and datasets/, or an app's name or id.

    A file or folder is saved as the app's draft and that draft is run; `skep apply` publishes. When
    no stack runs here, a throw-away one is started for it and deleted afterwards.
    """
    options = RunOptions(
        inputs=read_inputs(pairs, inputs_file),
        query=query,
        conversation=conversation,
        version=version,
        as_json=as_json,
        detach=detach,
        show_nodes=show_nodes,
    )
    sys.exit(run_async(_run(target, options)))


def read_inputs(
    pairs: tuple[str, ...],
    file: Path | None,
    *,
    option: str = "--input",
    texts: Collection[str] = (),
) -> dict[str, Any]:
    """Gather inputs. A value that reads as JSON is that JSON, anything else is text.

    `texts`: names whose values are text in any case.

    Raises:
        click.UsageError: A pair without ``=``, or a file that holds no JSON object.
    """
    inputs: dict[str, Any] = {}
    if file is not None:
        try:
            inputs = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise click.UsageError(f"{file} does not hold a JSON object: {error}") from error
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise click.UsageError(f"{option} {pair!r}: write KEY=VALUE.")
        if value.startswith("@") and Path(value[1:]).is_file():
            inputs[key] = Path(value[1:]).read_text()
        else:
            inputs[key] = value if key in texts else _read(value)
    return inputs


def _read(value: str) -> Any:
    try:
        return msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        return value


async def _run(target: str, options: RunOptions) -> int:
    files = read_target(target)
    async with gateway_or_throw_away() as api:
        if files is None:
            app = await find_app(api, target)
            if app is None:
                raise click.UsageError(f"There is no file, folder or app called {target}.")
            return await _start(api, app["id"], options, version=options.version or "published")
        app = await _bring(api, files)
        return await _start(api, app["id"], options, version=options.version or "draft")


async def _bring(api: Api, files: Target) -> dict[str, Any]:
    """Save the draft and fill the datasets that stand beside it."""
    if files.datasets:
        with progress_bar() as progress:
            for folder in files.datasets:
                applied = await apply_dataset(api, folder, progress)
                for name, reason in applied.failures.items():
                    click.secho(f"! {applied.name}/{name}: {reason}", fg="yellow", err=True)
    return await apply_app(api, files)


async def _start(api: Api, app_id: str, options: RunOptions, *, version: str) -> int:
    body: dict[str, Any] = {"app": app_id, "inputs": options.inputs, "version": version}
    if options.query is not None:
        body["query"] = options.query
    if options.conversation is not None:
        body["conversation_id"] = options.conversation
    started = await api.request("POST", "/api/v1/runs", body | {"respond": "accepted"})
    run_id = started["id"]
    if options.detach:
        print_json(started) if options.as_json else click.echo(run_id)
        return 0
    view = RunView(show_nodes=options.show_nodes)
    if not options.as_json:
        return await view.follow(api.follow_run(run_id))
    async for event in api.follow_run(run_id):
        if event.event in {"run.succeeded", "run.failed", "run.cancelled"}:
            view.show(event)
    print_json(await _whole_run(api, run_id))
    return view.exit_code


async def _whole_run(api: Api, run_id: str) -> dict[str, Any]:
    try:
        whole: dict[str, Any] = await api.request("GET", f"/api/v1/runs/{run_id}")
    except ApiProblem as error:
        if error.problem.status != 404:
            raise
        return {"id": run_id}
    return whole

"""`skep apply` and `skep validate`: files to apps and datasets."""

import sys

import click

from skep_cli.api import EXIT_FAILED, EXIT_USAGE, Api, connect
from skep_cli.applying import (
    AppliedDataset,
    apply_app,
    apply_dataset,
    check_document,
    progress_bar,
    publish,
)
from skep_cli.output import print_json, run_async
from skep_cli.targets import Target, read_target
from skep_cli.throw_away import gateway_or_throw_away


def _files(target: str) -> Target:
    files = read_target(target)
    if files is None:
        raise click.UsageError(f"There is no file or folder {target}.")
    return files


@click.command()
@click.argument("target")
@click.option("--note", default="", help="What changed; kept with the version.")
@click.option("--draft", "only_draft", is_flag=True, help="Save the draft and do not publish it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def apply(*, target: str, note: str, only_draft: bool, as_json: bool) -> None:
    """Create or update the app and the datasets in TARGET, a file or folder, and publish the app.

    Safe to repeat: what has not changed stays as it is.
    """
    sys.exit(run_async(_apply(_files(target), note, only_draft=only_draft, as_json=as_json)))


async def _fill(api: Api, files: Target) -> list[AppliedDataset]:
    with progress_bar() as progress:
        return [await apply_dataset(api, folder, progress) for folder in files.datasets]


async def _apply(files: Target, note: str, *, only_draft: bool, as_json: bool) -> int:
    async with connect() as api:
        datasets = await _fill(api, files) if files.datasets else []
        app = await apply_app(api, files)
        version = None if only_draft else await publish(api, app["id"], note)
    failed = sum(len(dataset.failures) for dataset in datasets)
    if as_json:
        print_json({"app": app, "version": version, "datasets": datasets})
        return EXIT_FAILED if failed else 0
    for dataset in datasets:
        good = dataset.documents - len(dataset.failures)
        click.echo(f"dataset  {dataset.name}: {good} of {dataset.documents} documents ready")
        for name, reason in dataset.failures.items():
            click.secho(f"         {name}: {reason}", fg="red")
    state = f"version {version['number']} published" if version else "draft saved"
    click.echo(f"app      {app['name']}: {state}")
    return EXIT_FAILED if failed else 0


@click.command()
@click.argument("target")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def validate(*, target: str, as_json: bool) -> None:
    """Check the workflow in TARGET without saving anything; exit code 2 when it has faults."""
    sys.exit(run_async(_validate(_files(target), as_json=as_json)))


async def _validate(files: Target, *, as_json: bool) -> int:
    async with gateway_or_throw_away() as api:
        checked = await check_document(api, files)
    if as_json:
        print_json(checked)
    elif checked["ok"]:
        click.secho(f"{files.document}: good", fg="green")
    else:
        for fault in checked["errors"]:
            click.echo(f"{files.document}: {fault['pointer'] or '/'}: {fault['message']}")
    return 0 if checked["ok"] else EXIT_USAGE

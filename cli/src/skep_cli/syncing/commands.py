"""`skep datasets sync`: a folder into a dataset, and only what changed."""

import sys
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click

from skep_cli.api import EXIT_FAILED, Api, ApiProblem, connect
from skep_cli.applying import ensure_dataset, progress_bar
from skep_cli.output import print_json, run_async
from skep_cli.syncing.carrying_out import carry_out
from skep_cli.syncing.planning import PATH_FIELD, LocalFile, Plan, local_files, plan_sync

_MOST_DOCUMENTS: Final = 1_000_000


@click.command("sync")
@click.argument("dataset")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--delete", is_flag=True, help="Delete documents whose file is gone.")
@click.option("--label", help="What tells this folder from others; else its own name.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sync(
    *, dataset: str, folder: Path, delete: bool, label: str | None, dry_run: bool, as_json: bool
) -> None:
    """Bring DATASET, created when it is missing, to what FOLDER holds, and wait until it is ready.

    Files are compared by content: only what changed is uploaded. Documents that came from
    elsewhere are never deleted.
    """
    files = local_files(folder)
    if delete and not files:
        # Most likely a mistyped path, or a disk that is not mounted.
        raise click.UsageError(f"{folder} holds no files; with --delete all documents would go.")
    label = label or folder.resolve().name
    plan = run_async(_sync(dataset, files, label, is_deleting=delete, is_dry=dry_run))
    if as_json:
        print_json(_as_json(plan, is_deleting=delete))
    else:
        _show(plan, is_deleting=delete, is_dry=dry_run)
    sys.exit(EXIT_FAILED if plan.failures else 0)


async def _sync(
    dataset: str, files: list[LocalFile], label: str, *, is_deleting: bool, is_dry: bool
) -> Plan:
    async with connect() as api:
        if is_dry:
            path = f"/api/v1/datasets/{quote(dataset, safe='')}/documents"
            return plan_sync(files, await _documents_if_any(api, path), label=label)
        path = f"/api/v1/datasets/{await ensure_dataset(api, dataset)}/documents"
        plan = plan_sync(files, await api.pages(path, limit=_MOST_DOCUMENTS), label=label)
        kept = plan.deleted
        if not is_deleting:
            plan.deleted = []
        with progress_bar() as progress:
            await carry_out(api, path, plan, label=label, progress=progress)
        plan.deleted = kept
        return plan


async def _documents_if_any(api: Api, path: str) -> list[dict[str, object]]:
    try:
        return await api.pages(path, limit=_MOST_DOCUMENTS)
    except ApiProblem as error:
        if error.problem.status == 404:
            return []
        raise


def _path(document: dict[str, object]) -> str:
    metadata = document.get("metadata")
    path = metadata.get(PATH_FIELD) if isinstance(metadata, dict) else None
    return str(path or document["name"])


def _as_json(plan: Plan, *, is_deleting: bool) -> dict[str, object]:
    return {
        "added": [local.path for local in plan.added],
        "changed": [local.path for local in plan.changed],
        "deleted" if is_deleting else "gone": [_path(document) for document in plan.deleted],
        "unchanged": len(plan.unchanged),
        "failures": plan.failures,
    }


def _show(plan: Plan, *, is_deleting: bool, is_dry: bool) -> None:
    gone = "deleted" if is_deleting else "gone from the folder, kept"
    for mark, colour, paths in (
        ("+", "green", [local.path for local in plan.added]),
        ("~", "yellow", [local.path for local in plan.changed]),
        ("-" if is_deleting else "?", "red", [_path(document) for document in plan.deleted]),
    ):
        for path in paths:
            click.secho(f"{mark} {path}", fg=colour)
    for path, reason in plan.failures.items():
        click.secho(f"{path}: {reason}", fg="red", err=True)
    counts = {
        "added": len(plan.added),
        "changed": len(plan.changed),
        gone: len(plan.deleted),
        "unchanged": len(plan.unchanged),
        "failed": len(plan.failures),
    }
    line = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    click.echo(f"{'would be: ' if is_dry else ''}{line or 'nothing to do'}")

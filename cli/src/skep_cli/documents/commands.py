"""`skep fmt`, `skep diff`, `skep schema`, `skep import` and `skep export`."""

import difflib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click
import msgspec

from skep_cli.api import EXIT_FAILED, EXIT_USAGE, Api, connect
from skep_cli.documents.comparing import Difference, compare
from skep_cli.documents.formatting import formatted
from skep_cli.documents.reading import UnreadableError, read_document, read_text
from skep_cli.output import print_json, run_async
from skep_cli.throw_away import gateway_or_throw_away
from skep_contracts.graph_text import write_yaml

_COLOURS: Final = {"added": "green", "removed": "red", "changed": "yellow", "moved": "cyan"}
_MARKS: Final = {"added": "+", "removed": "-", "changed": "~", "moved": "→"}
_OUTCOMES: Final = {"carried": "green", "changed": "yellow", "left_out": "red"}
_LONGEST_SHOWN: Final = 80


@click.command("fmt")
@click.argument("files", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 when a file would change.")
def fmt(*, files: tuple[str, ...], check: bool) -> None:
    """Write documents in one way: fixed order of keys, layout last, texts as blocks.

    Comments stay with what they are about. With - it reads standard input and writes to standard
    output.
    """
    changed = [path for path in files if _format(path, check=check)]
    sys.exit(EXIT_FAILED if check and changed else 0)


def _format(path: str, *, check: bool) -> bool:
    """Format one file; return whether it changed, or would."""
    document = read_document(path)
    try:
        text = formatted(document, is_json=path.endswith(".json"))
    except click.ClickException as error:
        raise UnreadableError(f"{path}: {error.message}") from None
    if path == "-":
        click.echo(text, nl=False)
        return False
    file = Path(path)
    if file.read_text("utf-8") == text:
        return False
    if check:
        click.echo(f"{path}: would be formatted")
    else:
        file.write_text(text, "utf-8")
        click.echo(f"{path}: formatted", err=True)
    return True


@click.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something differs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(*, before: str, after: str, exit_code: bool, as_json: bool) -> None:
    """Tell what differs between two documents: files, apps (`app`), or versions (`app@3`).

    Nodes, settings by their path, edges; that a node was moved is told apart, for it changes
    nothing.
    """
    found = run_async(_differences(before, after))
    if as_json:
        print_json(found)
    else:
        for difference in found:
            _show(difference)
    sys.exit(EXIT_FAILED if exit_code and found else 0)


async def _differences(before: str, after: str) -> list[Difference]:
    if all(_is_file(each) for each in (before, after)):
        return compare(read_document(before).data, read_document(after).data)
    async with connect() as api:
        return compare(await _document(api, before), await _document(api, after))


def _is_file(text: str) -> bool:
    return text == "-" or Path(text).is_file() or text.endswith((".yaml", ".yml", ".json"))


async def _document(api: Api, text: str) -> Any:
    """Return a file's document, or that of an app's draft or version."""
    if _is_file(text):
        return read_document(text).data
    app, _, version = text.partition("@")
    exported = await _exported(api, app, "skep", version or "draft")
    return read_text(exported["content"]).data


def _show(difference: Difference) -> None:
    line = f"{_MARKS[difference.kind]} {difference.what} {difference.place}"
    click.secho(line, fg=_COLOURS[difference.kind])
    for detail in _details(difference):
        click.echo(f"    {detail}")


def _details(difference: Difference) -> Iterator[str]:
    before, after = difference.before, difference.after
    if difference.what == "node":
        node = after if difference.kind == "added" else before
        yield str(node.get("type", "")) if isinstance(node, dict) else ""
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
        yield from list(lines)[2:]
    else:
        if before is not msgspec.UNSET:
            yield f"- {_short(before)}"
        if after is not msgspec.UNSET:
            yield f"+ {_short(after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = text.replace("\n", "⏎")
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


@click.command("schema")
@click.option("--output", type=click.Path(dir_okay=False), help="Write it to a file.")
def schema(*, output: str | None) -> None:
    """Print the JSON Schema of a document, with the settings of the installed node types."""
    run_async(_schema(output))


async def _schema(output: str | None) -> None:
    async with gateway_or_throw_away() as api:
        found = await api.request("GET", "/api/v1/workflow-schema")
    if output is None:
        print_json(found)
        return
    text = msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
    _write(output, f"{text}\n")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Report only; create no app.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the document to a file.")
@click.option("--name", help="What the app is called, in place of its name in the file.")
@click.option("--format", "format_", help="The format of the file, such as dify; found out if not.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(  # the options of one command
    *, file: str, dry_run: bool, output: str | None, name: str | None, format_: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Bring in FILE, an app of another platform, and report what could not be carried.

    Creates an app with the document as its draft; with --output it only writes the document.
    """
    params = {"dry_run": "true" if dry_run or output else "false"}
    if format_:
        params["format"] = format_
    content, kind = _to_send(file, name)
    found = run_async(_import(content, kind, params))
    if output is not None:
        _write(output, write_yaml(found["document"]))
    if as_json:
        print_json(found)
    else:
        _report(found)
    sys.exit(EXIT_USAGE if found["issues"] else 0)


def _to_send(file: str, name: str | None) -> tuple[bytes, str]:
    """Return the body of the request, and its content type."""
    content = Path(file).read_bytes()
    if name is None:
        return content, "application/yaml"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(f"{file}: is not valid UTF-8") from None
    return msgspec.json.encode({"content": text, "name": name}), "application/json"


async def _import(content: bytes, kind: str, params: dict[str, str]) -> dict[str, Any]:
    opened = gateway_or_throw_away() if params["dry_run"] == "true" else connect()
    async with opened as api:
        found: dict[str, Any] = await api.request(
            "POST", "/api/v1/imports", data=content, headers={"Content-Type": kind}, params=params
        )
    return found


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, "utf-8")


def _report(found: dict[str, Any]) -> None:
    click.echo(f"{found['source']}: {found['document']['app']['name']}", err=True)
    for part in found["report"]:
        outcome = part["outcome"].replace("_", " ")
        click.secho(f"{outcome:<9} {part['part']}", fg=_OUTCOMES[part["outcome"]])
        for remark in part["remarks"]:
            is_lost = remark["outcome"] == "left_out" != part["outcome"]
            said = f"left out: {remark['message']}" if is_lost else remark["message"]
            click.echo(f"          {said}  ({remark['pointer']})")
    for issue in found["issues"]:
        click.secho(f"issue     {issue['pointer']}: {issue['message']}", fg="red")
    if found["app"] is not None:
        name = shlex.quote(found["app"]["name"])
        click.echo(f"app       {found['app']['name']} ({found['app']['id']}): draft saved")
        click.echo(f"Try it with `skep run {name} --version draft`; ", nl=False, err=True)
        click.echo(f"`skep apps publish {name}` makes it what others run.", err=True)


@click.command("export")
@click.argument("app")
@click.option("--format", "format_", default="skep", show_default=True, help="Such as dify.")
@click.option("--version", default="draft", show_default=True, help="`published`, or a number.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write it to a file.")
def export(*, app: str, format_: str, version: str, output: str | None) -> None:
    """Write APP's document in a format; what has no place there is told on standard error."""
    run_async(_export(app, format_, version, output))


async def _export(app: str, format_: str, version: str, output: str | None) -> None:
    async with connect() as api:
        found = await _exported(api, app, format_, version)
    if output is None:
        click.echo(found["content"], nl=False)
    else:
        _write(output, found["content"])
    for part in found["report"]:
        for remark in part["remarks"]:
            outcome = remark["outcome"].replace("_", " ")
            click.echo(f"{outcome:<9} {remark['pointer']}: {remark['message']}", err=True)


async def _exported(api: Api, app: str, format_: str, version: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.request(
        "GET",
        f"/api/v1/apps/{quote(app, safe='')}/exports",
        params={"format": format_, "version": version},
    )
    return found

"""`skep runs waits`, `answer`, `pause` and `resume`: what runs wait for, and whoever answers."""

from typing import Any, Final
from urllib.parse import quote

import click

from skep_cli.api import Api, connect
from skep_cli.commands.run import read_inputs
from skep_cli.output import print_json, print_table, run_async

_TAKES_ANSWERS: Final = ("form", "callback")
_TEXTS: Final = frozenset({"text", "paragraph", "select", "date", "datetime"})
_COLUMNS: Final = ("place", "kind", "since", "until", "asks")


def _path(run_id: str, what: str) -> str:
    return f"/api/v1/runs/{quote(run_id, safe='')}/{what}"


@click.command()
@click.argument("run_id")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def waits(*, run_id: str, as_json: bool) -> None:
    """Show what a run waits for, and where people answer."""
    run_async(_waits(run_id, as_json=as_json))


async def _waits(run_id: str, *, as_json: bool) -> None:
    async with connect() as api:
        found = await api.request("GET", _path(run_id, "waits"))
    if as_json:
        print_json(found)
        return
    rows = [
        {**wait, "place": wait["place"] or "(the run)", "asks": _asks(wait)}
        for wait in found["waits"]
    ]
    print_table(rows, _COLUMNS, empty=f"It waits for nothing ({found['status']}).")
    for wait in found["waits"]:
        if wait.get("link"):
            click.echo(f"{wait['place']}: {wait['link']}")


def _asks(wait: dict[str, Any]) -> str:
    data = wait.get("data") or {}
    if wait["kind"] == "form":
        actions = "|".join(action["id"] for action in data.get("actions", ()))
        return " ".join([actions, *(field["name"] for field in data.get("fields", ()))])
    return str(data.get("run_id") or data.get("reason") or "")


@click.command()
@click.argument("run_id")
@click.argument("place", required=False)
@click.option("--action", default=None, help="Of a form: what to press.")
@click.option("--field", "-f", "pairs", multiple=True, metavar="NAME=VALUE", help="Of a form.")
@click.option("--body", default=None, metavar="JSON", help="Of a callback: what is posted.")
def answer(
    *, run_id: str, place: str | None, action: str | None, pairs: tuple[str, ...], body: str | None
) -> None:
    """Answer what a run waits for. PLACE can be left out when it waits for one thing alone.

    A field takes what its type takes: text as it is, lists and files as JSON. The body of a
    callback that reads as JSON is that JSON, anything else is text.
    """
    if body is not None and (action is not None or pairs):
        raise click.UsageError("--body is for callbacks; a form takes --action and --field.")
    given = None if body is None else read_inputs((f"body={body}",), None)["body"]
    run_async(_answer(run_id, place, action=action, pairs=pairs, body=given))


async def _answer(
    run_id: str, place: str | None, *, action: str | None, pairs: tuple[str, ...], body: Any
) -> None:
    async with connect() as api:
        wait = await _wait_at(api, run_id, place)
        given = body
        if wait.get("kind") == "form":
            given = {"action": action or _only_action(wait), "fields": _fields(wait, pairs)}
        sent = {"place": wait["place"], "answer": given}
        await api.request("POST", _path(run_id, "answers"), sent)
    click.echo(f"answer to {wait['place']} accepted")


async def _wait_at(api: Api, run_id: str, place: str | None) -> dict[str, Any]:
    """Return the wait at a place, or the only one that takes an answer."""
    found: list[dict[str, Any]] = (await api.request("GET", _path(run_id, "waits")))["waits"]
    if place is not None:
        # One that is not there is told by the gateway, which knows why.
        return next((wait for wait in found if wait["place"] == place), {"place": place})
    open_waits = [wait for wait in found if wait["kind"] in _TAKES_ANSWERS]
    if not open_waits:
        raise click.UsageError("The run waits for nothing that takes an answer.")
    if len(open_waits) > 1:
        places = ", ".join(wait["place"] for wait in open_waits)
        raise click.UsageError(f"Name the place: the run waits at {places}.")
    return open_waits[0]


def _fields(wait: dict[str, Any], pairs: tuple[str, ...]) -> dict[str, Any]:
    asked = wait["data"].get("fields", ())
    texts = {field["name"] for field in asked if field.get("type", "text") in _TEXTS}
    return read_inputs(pairs, None, option="--field", texts=texts)


def _only_action(wait: dict[str, Any]) -> str:
    actions = [action["id"] for action in wait["data"].get("actions", ())]
    if len(actions) != 1:
        raise click.UsageError(f"Name the --action: {', '.join(actions)}.")
    return str(actions[0])


@click.command()
@click.argument("run_id")
@click.option("--reason", default=None, help="Kept with the run.")
def pause(*, run_id: str, reason: str | None) -> None:
    """Begin no node of a run any more; what is under way comes to its end."""
    body = {"reason": reason} if reason else {}
    run_async(_post(_path(run_id, "pauses"), body, "pause accepted"))


@click.command()
@click.argument("run_id")
def resume(*, run_id: str) -> None:
    """Let a run go on that was paused with `skep runs pause`."""
    run_async(_post(_path(run_id, "resumptions"), None, "resumption accepted"))


async def _post(path: str, body: object, said: str) -> None:
    async with connect() as api:
        await api.request("POST", path, body)
    click.echo(said)

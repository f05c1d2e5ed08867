"""A workspace that has been in use for a week: failures, limits, rules, webhooks and a past."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from skep_testing.stack import RunningStack
from tests.e2e.chromium import ROOT
from tests.integration.api import create_app, eventually, start_run, wait_until_ended

_COPIES: Final = (5, 6, 4, 8, 2, 1, 7)
"""Of each run, on the days before today."""
_PEOPLE: Final = ("ada", "grace", "linus", "margaret", "alan", "barbara")
_FORMAT: Final = "%Y-%m-%d %H:%M:%S.%f"
_QUESTIONS: Final = ("How long is the warranty?", "Who pays for returns?", "When is it here?")


def operate(stack: RunningStack, made: dict[str, str]) -> None:
    """Set limits and rules, run what succeeds and what fails, and give all of it a past."""
    _budgets(stack, made)
    _guardrails(stack, made)
    _webhooks(stack)
    hello = yaml.safe_load((ROOT / "examples/hello.yaml").read_text())
    greeting = create_app(stack, hello)
    hello["app"]["name"] = "Newsletter"
    hello["nodes"]["greet"]["settings"]["model"] = "echo/retired"
    failing = create_app(stack, hello)
    runs = [start_run(stack, app, inputs={"name": "Ada"}) for app in (greeting, failing)]
    runs += [start_run(stack, made["Support assistant"], query=each) for each in _QUESTIONS]
    for run in runs:
        wait_until_ended(stack, run)
    _feedback(stack, runs[-len(_QUESTIONS) :])
    _members(stack)
    eventually(lambda: stack.request("GET", "/api/v1/statistics")["total"]["active"] == 0)
    _give_past(stack.data_dir)


def _budgets(stack: RunningStack, made: dict[str, str]) -> None:
    budgets: tuple[dict[str, Any], ...] = (
        {"name": "Everything", "subject": "tenant", "measure": "usd", "limit": 0.05},
        {
            "name": "Support assistant",
            "subject": "app",
            "subject_id": made["Support assistant"],
            "measure": "requests",
            "limit": 7,
            "period": "day",
        },
        {"name": "A single run", "subject": "run", "measure": "usd", "limit": 0.5},
        {"name": "Each visitor", "subject": "end_user", "measure": "tokens", "limit": 200_000},
    )
    for budget in budgets:
        stack.request("POST", "/api/v1/budgets", budget)


def _guardrails(stack: RunningStack, made: dict[str, str]) -> None:
    rules = (
        {
            "id": "mail",
            "name": "No addresses",
            "guardrail": "personal-data",
            "settings": {"kinds": ["email", "phone"]},
            "action": "mask",
        },
        {
            "id": "names",
            "name": "Project names",
            "guardrail": "words",
            "settings": {"words": ["Project Heather"], "label": "internal name"},
            "apps": [made["Support assistant"]],
        },
        {
            "id": "attack",
            "name": "Injection",
            "guardrail": "prompt-injection",
            "action": "flag",
        },
    )
    stack.request("PUT", "/api/v1/guardrails", {"rules": rules})


def _webhooks(stack: RunningStack) -> None:
    """Subscribe addresses to what will not happen, so that no delivery to them is under way."""
    for name, kinds in (("orders", ["app.deleted.v1"]), ("alerts", ["document.failed.v1"])):
        body = {"url": f"https://{name}.example.com/skep", "kinds": kinds}
        stack.request("POST", "/api/v1/webhooks", body)


def _feedback(stack: RunningStack, runs: list[str]) -> None:
    said: tuple[dict[str, str], ...] = (
        {"rating": "good"},
        {"rating": "bad", "comment": "Returns are free within 30 days."},
        {"rating": "bad", "correction": "Two to three working days, five to the islands."},
    )
    for run, feedback in zip(runs, said, strict=True):
        stack.request("PUT", f"/api/v1/runs/{run}/feedback", feedback)


def _members(stack: RunningStack) -> None:
    for name, role in (("Grace Hopper", "admin"), ("Alan Turing", "editor")):
        email = f"{name.partition(' ')[0].lower()}@example.com"
        link = stack.request("POST", "/api/v1/invitations", {"email": email, "role": role})
        joining = {"token": link["token"], "name": name, "password": "a long password"}
        stack.request("POST", "/api/v1/invitations/acceptances", joining)
    stack.request("POST", "/api/v1/invitations", {"email": "linus@example.com", "role": "viewer"})


def _give_past(data_dir: Path) -> None:
    """Copy ended runs and the ledger's entries to the days before, at various hours."""
    with closing(sqlite3.connect(data_dir / "orchestrator.db", timeout=30)) as database, database:
        database.row_factory = sqlite3.Row
        for table, key in (("runs", "run_id"), ("usage", "entry_id")):
            rows = [dict(row) for row in database.execute(f"select * from {table}")]
            for day, copies in enumerate(_COPIES, start=1):
                for copy in range(copies):
                    for number, row in enumerate(rows):
                        if row.get("status") not in {"paused", "failed"} or copy % 4 == 1:
                            _insert(database, table, _earlier(row, key, day, copy + number))


def _earlier(row: dict[str, Any], key: str, day: int, hours: int) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(days=day, hours=hours % 9)
    values = row | {key: f"past_{day}_{hours}_{row[key]}"}
    if "hour" in row:
        hour = at.replace(minute=0, second=0, microsecond=0)
        return values | {"hour": hour.strftime(_FORMAT)}
    return values | {
        "started_at": at.strftime(_FORMAT),
        "elapsed_s": (row["elapsed_s"] or 0) * (1 + (hours + day) % 3 / 4),
        "end_user": _PEOPLE[(hours * day) % len(_PEOPLE)],
    }


def _insert(database: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    places = ", ".join("?" for _ in values)
    statement = f"insert or ignore into {table} ({names}) values ({places})"
    database.execute(statement, [*values.values()])

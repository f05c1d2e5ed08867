"""Random requests to every route: refused or answered, and never a defect."""

import random
import string
from typing import Any

from services.gateway.tests.support import RunningGateway
from services.gateway.tests.trial_plugin import document
from skep_gateway.web.route import Route

SEED = 20_261_125
ROUNDS = 6
WORDS = [
    "name",
    "document",
    "app",
    "inputs",
    "query",
    "scopes",
    "values",
    "provider",
    "url",
    "kinds",
    "text",
    "metadata",
    "note",
    "top_k",
    "filter",
    "file_id",
    "email",
    "password",
    "chat",
    "version",
]
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    10**30,
    1e308,
    "",
    " ",
    "a" * 5_000,
    "\u202e\u0000",
    "\ud7ff\uffff😀",
    "'; DROP TABLE apps; --",
    "{{start.topic}}",
    "../../etc/passwd",
    "javascript:alert(1)",
    "http://169.254.169.254/",
    [],
    {},
    [[]],
    {"$file": {"id": "x"}},
    {"$blob": "f" * 64},
    "2026-01-01T00:00:00Z",
]


def value(chance: random.Random, depth: int = 0) -> Any:
    choice = chance.random()
    if depth < 3 and choice < 0.15:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if depth < 3 and choice < 0.35:
        return {chance.choice(WORDS): value(chance, depth + 1) for _ in range(3)}
    if choice < 0.45:
        return document("".join(chance.choices(string.printable, k=8)))
    return chance.choice(ODD)


def body(chance: random.Random) -> Any:
    if chance.random() < 0.1:
        return value(chance)
    return {chance.choice(WORDS): value(chance) for _ in range(chance.randrange(6))}


def segment(chance: random.Random) -> str:
    odd = ["x", "0", "%00", "%ff", "%F0%9F%98%80", "a" * 300, "app_01ARZ3NDEKTSV4RRFFQ69G5FAV", "*"]
    return chance.choice(odd)


def test_random_requests_meet_no_defect(gateway: RunningGateway) -> None:
    chance = random.Random(SEED)
    places = [
        (method, route.path)
        for route in gateway.gateway.app.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
        # Streams stay open, and passwords are slow on purpose.
        if not route.path.endswith("events") and route.path != "/api/v1/sessions"
    ]
    defects = []
    for method, path in places:
        for _ in range(ROUNDS if method in {"GET", "DELETE"} else 3 * ROUNDS):
            parts = [segment(chance) if part.startswith("{") else part for part in path.split("/")]
            query = (
                f"?{chance.choice(WORDS)}={segment(chance)}&limit={chance.choice(['0', '1', 'x'])}"
            )
            headers = {
                "Idempotency-Key": chance.choice(["k1", "k2", "k3"]),
                "If-Match": chance.choice(['"x"', "*", "x"]),
                "Last-Event-ID": chance.choice(["", "x", "-1", "9" * 30]),
                "Accept": chance.choice(["*/*", "application/yaml", "text/event-stream"]),
            }
            sent = None if method in {"GET", "DELETE"} else body(chance)
            answer = gateway.request(
                method, "/".join(parts) + query, sent, headers=chance.choice([{}, headers])
            )
            if answer.status >= 500 and answer.status != 503:
                defects.append((method, path, sent, answer.body[:300]))

    assert defects == []

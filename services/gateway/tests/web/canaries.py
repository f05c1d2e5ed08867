"""One canary of each kind of secret, put where such secrets go: rightly, wrongly and at a vendor.

A kind is a function that plants its canary and returns what must be told to nobody, which is the
canary itself, or what the gateway made and showed once.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import SETUP_TOKEN
from services.gateway.tests.toolkits.test_sign_in import BACK, Vendor
from services.gateway.tests.trial_plugin import document
from skep_testing.http_server import Answer, Received, ScriptedServer

Kind = Callable[["Planting"], list[str]]
KINDS: Final[dict[str, Kind]] = {}
EMAIL: Final = "canary@example.org"


def kind(plant: Kind) -> Kind:
    """Take a kind into the list, by the name of its function."""
    KINDS[plant.__name__] = plant
    return plant


def echo(got: Received) -> Answer:
    """Refuse as a careless vendor does: with all that it was sent."""
    sent = " ".join(got.headers.values()) + got.body.decode("utf-8", "replace")
    message = f"Incorrect API key provided: {sent}"
    return Answer(status=401, json={"error": {"message": message, "code": "invalid_api_key"}})


class Planting:
    """Where canaries are planted, and what was answered to whoever planted them."""

    def __init__(self, stage: Stage, server: ScriptedServer) -> None:
        self.stage = stage
        self.server = server
        self.told: list[bytes] = []
        """Answers that show no secret, not even to who sent it."""

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        """Ask for something whose answer may show nothing; return the answer's JSON, if any."""
        answer = self.stage.gateway.request(method, path, body, **more)
        self.told.append(answer.body + repr(sorted(answer.headers.items())).encode())
        return answer.json() if answer.body[:1] == b"{" else {}

    def make(self, path: str, body: object, **more: Any) -> Any:
        """Make something whose answer shows a secret, this once."""
        answer = self.stage.gateway.request("POST", path, body, **more)
        assert answer.status in {200, 201}, answer.body
        return answer.json()


@kind
def provider_credential(at: Planting) -> list[str]:
    secret = "canary-1-of-a-provider"
    body = {"provider": "trial", "name": "canary", "values": {"api_key": secret}}
    made = at.ask("POST", "/api/v1/credentials", body)
    at.ask("POST", "/api/v1/credentials", body)
    at.ask("POST", "/api/v1/credentials", {**body, "secret": secret})
    at.ask("POST", "/api/v1/credentials", {**body, "values": {"api_kye": secret}})
    at.ask("POST", f"/api/v1/credentials/{made['id']}/checks")
    return [secret]


@kind
def credential_of_a_vendor_that_repeats_it(at: Planting) -> list[str]:
    """Chats, embeddings, moderations and a guardrail's model are asked with it, and refused."""
    secret = "canary-2-of-a-careless-vendor"
    values = {"api_key": secret, "base_url": f"{at.server.url}/v1"}
    body = {"provider": "openai", "name": "canary", "values": values}
    made = at.ask("POST", "/api/v1/credentials", body)
    at.ask("POST", f"/api/v1/credentials/{made['id']}/checks")
    said = [{"role": "user", "content": "hi"}]
    for stream in (False, True):
        chat = {"model": "openai/gpt-4o-mini", "messages": said, "stream": stream}
        at.ask("POST", "/openai/v1/chat/completions", chat)
    embedded = {"model": "openai/text-embedding-3-small", "input": "hi"}
    at.ask("POST", "/openai/v1/embeddings", embedded)
    judged = {"model": "openai/omni-moderation-latest", "input": "hi"}
    at.ask("POST", "/openai/v1/moderations", judged)
    rule = {
        "id": "judge",
        "name": "Judge",
        "guardrail": "moderation",
        "settings": {"model": "openai/omni-moderation-latest"},
    }
    at.ask("POST", "/api/v1/guardrails/trials", {"rule": rule, "text": "hi"})
    assert secret in str([got.headers for got in at.server.requests])
    return [secret]


@kind
def tool_credential(at: Planting) -> list[str]:
    secret = "canary-3-of-a-tool"
    body = {"provider": "tool:weather", "name": "canary", "values": {"token": secret}}
    at.ask("POST", "/api/v1/credentials", body)
    at.ask("POST", "/api/v1/credentials", {**body, "provider": "tool:dice"})
    return [secret]


@kind
def toolkit_token(at: Planting) -> list[str]:
    token, client = "canary-4-of-a-toolkit", "canary-4-of-its-client"
    settings = {"url": at.server.url, "token": token, "oauth_client_secret": client}
    body = {"kind": "shelf", "name": "canary", "settings": settings}
    made = at.ask("POST", "/api/v1/toolkits", body)
    at.ask("POST", "/api/v1/toolkits", {**body, "settings": {**settings, "more": token}})
    at.ask("PATCH", f"/api/v1/toolkits/{made['id']}", {"settings": {"mood": "refuse"}})
    at.ask("GET", f"/api/v1/toolkits/{made['id']}/tools")
    return [token, client]


@kind
def grant_of_a_sign_in(at: Planting) -> list[str]:
    with ScriptedServer() as server:
        vendor = Vendor(server)
        vendor.gives("canary-5-access", refresh_token="canary-5-refresh")
        body = {"kind": "shelf", "name": "granted", "settings": {"url": vendor.url}}
        made = at.ask("POST", "/api/v1/toolkits", body)
        path = f"/api/v1/toolkits/{made['id']}/sign-ins"
        address = at.make(path, {"redirect_uri": BACK})["address"]
        state = dict(parse_qsl(urlsplit(address).query))["state"]
        ended = {"state": state, "code": "canary-5-code"}
        assert at.ask("POST", "/api/v1/toolkit-sign-ins", ended)["sign_in"] == "granted"
        at.ask("POST", "/api/v1/toolkit-sign-ins", ended)
        at.ask("GET", f"/api/v1/toolkits/{made['id']}/tools")
    return ["canary-5-access", "canary-5-refresh", "canary-5-code"]


@kind
def mcp_server(at: Planting) -> list[str]:
    """It refuses with all that it was sent."""
    token, header = "canary-6-of-an-mcp-server", "canary-6-of-a-header"
    settings = {"url": f"{at.server.url}/mcp", "token": token, "headers": {"X-Key": header}}
    made = at.ask("POST", "/api/v1/toolkits", {"kind": "mcp", "name": "mcp", "settings": settings})
    at.ask("GET", f"/api/v1/toolkits/{made['id']}/tools")
    return [token, header]


@kind
def webhook(at: Planting) -> list[str]:
    made = at.make("/api/v1/webhooks", {"url": f"{at.server.url}/hook"})
    at.ask("GET", f"/api/v1/webhooks/{made['id']}/deliveries")
    return [made["secret"], made["secret"].removeprefix("whsec_")]


@kind
def external_knowledge(at: Planting) -> list[str]:
    secret = "canary-7-of-a-knowledge-base"
    place = {"endpoint": at.server.url, "knowledge_id": "kb", "api_key": secret}
    at.ask("POST", "/api/v1/datasets", {"name": "canary", "external": place})
    at.ask("POST", "/api/v1/datasets", {"name": "canary", "external": {**place, "key": secret}})
    return [secret]


@kind
def source(at: Planting) -> list[str]:
    secret = "canary-8-of-a-source"
    made = at.ask("POST", "/api/v1/datasets", {"name": "in-step"})
    path = f"/api/v1/datasets/{made['id']}/sources"
    body = {"name": "s", "kind": "trial", "settings": {"url": "https://a.example", "token": secret}}
    at.ask("POST", path, body)
    at.ask("POST", path, {**body, "kind": "web"})
    at.ask("GET", path)
    return [secret]


@kind
def secret_of_an_app(at: Planting) -> list[str]:
    secret = "canary-9-of-an-app"
    made = document("canary")
    made["environment"] = [{"name": "KEY", "type": "secret"}]
    app = at.ask("POST", "/api/v1/apps", {"document": made})["id"]
    path = f"/api/v1/apps/{app}"
    at.ask("PUT", f"{path}/secrets/KEY", {"value": secret})
    at.ask("PUT", f"{path}/secrets/KEY", {"value": secret, "more": secret})
    at.ask("POST", f"{path}/versions", {})
    for shown in ("", "/secrets", "/draft", "/versions", "/export"):
        at.ask("GET", path + shown)
    return [secret]


@kind
def api_key(at: Planting) -> list[str]:
    made = at.make("/api/v1/keys", {"name": "canary", "scopes": ["apps:read"]})
    at.ask("GET", "/api/v1/apps", key=made["key"])
    at.ask("POST", "/api/v1/keys", {"name": "x", "scopes": ["admin"]}, key=made["key"])
    at.ask("GET", "/api/v1/apps", key=made["key"] + "x")
    return [made["key"]]


@kind
def people(at: Planting) -> list[str]:
    """Passwords, sessions, invitations, the token of the setup."""
    password, wrong = "canary-10-password", "canary-10-wrong"
    person = {"email": EMAIL, "name": "Ada", "password": password}
    at.ask("POST", "/api/v1/setup", {**person, "setup_token": SETUP_TOKEN + "x"}, key=None)
    first = at.make("/api/v1/setup", {**person, "setup_token": SETUP_TOKEN}, key=None)
    at.ask("POST", "/api/v1/setup", {**person, "setup_token": SETUP_TOKEN}, key=None)
    at.ask("POST", "/api/v1/sessions", {"email": EMAIL, "password": wrong}, key=None)
    at.ask("POST", "/api/v1/sessions", {"email": 7, "password": password}, key=None)
    again = {"email": EMAIL, "password": password}
    session = at.make("/api/v1/sessions", again, key=None)
    guest = {"email": "guest@example.org", "role": "viewer"}
    link = at.make("/api/v1/invitations", guest, key=session["token"])
    at.ask("POST", "/api/v1/invitations/openings", {"token": link["token"]}, key=None)
    joined = {"token": link["token"], "password": password + "2", "name": "Guest"}
    other = at.make("/api/v1/invitations/acceptances", joined, key=None)
    at.ask("POST", "/api/v1/invitations/acceptances", joined, key=None)
    at.ask("POST", "/api/v1/invitations", guest, key=session["token"])
    sessions = [first, session, other]
    tokens = [each[name] for each in sessions for name in ("token", "csrf_token")]
    return [password, wrong, SETUP_TOKEN, link["token"], *tokens]


def plant(stage: Stage, server: ScriptedServer) -> Iterator[tuple[str, list[str], Planting]]:
    """Plant a canary of each kind; yield its kind, what is secret, and what was told meanwhile."""
    server.handle_with(echo)
    for name, each in KINDS.items():
        at = Planting(stage, server)
        yield name, each(at), at

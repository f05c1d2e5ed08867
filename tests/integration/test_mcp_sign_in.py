"""Signing in to an MCP server: discovery, registration, PKCE, tokens, all by the official SDK."""

import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import uvicorn
from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    AuthorizationParams,
    OAuthAuthorizationServerProvider,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions
from mcp.server.mcpserver import MCPServer
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import AnyHttpUrl

from skep_testing.ports import free_port
from skep_testing.stack import RunningStack

pytestmark = [pytest.mark.integration]
BACK = "http://127.0.0.1/connected"


class Clerk(OAuthAuthorizationServerProvider[AuthorizationCode, RefreshToken, AccessToken]):
    """An authorization server that agrees to everything, and forgets nothing."""

    def __init__(self) -> None:
        self.clients: dict[str, OAuthClientInformationFull] = {}
        self.codes: dict[str, AuthorizationCode] = {}
        self.tokens: dict[str, AccessToken] = {}

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return self.clients.get(client_id)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        assert client_info.client_id is not None
        self.clients[client_info.client_id] = client_info

    async def authorize(
        self, client: OAuthClientInformationFull, params: AuthorizationParams
    ) -> str:
        code = secrets.token_urlsafe(32)
        self.codes[code] = AuthorizationCode(
            code=code,
            client_id=client.client_id or "",
            scopes=params.scopes or [],
            expires_at=time.time() + 60,
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource,
        )
        return construct_redirect_uri(str(params.redirect_uri), code=code, state=params.state)

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        return self.codes.get(authorization_code)

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        del self.codes[authorization_code.code]
        token = secrets.token_urlsafe(32)
        self.tokens[token] = AccessToken(
            token=token,
            client_id=client.client_id or "",
            scopes=authorization_code.scopes,
            resource=authorization_code.resource,
        )
        return OAuthToken(access_token=token, token_type="Bearer", expires_in=3600)

    async def load_access_token(self, token: str) -> AccessToken | None:
        return self.tokens.get(token)

    async def load_refresh_token(self, *_: Any) -> RefreshToken | None:
        return None

    async def exchange_refresh_token(self, *_: Any) -> OAuthToken:
        raise NotImplementedError

    async def revoke_token(self, *_: Any) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Clerk]]:
    """An MCP server of the official SDK that wants people to sign in."""
    port, clerk = free_port(), Clerk()
    root = AnyHttpUrl(f"http://127.0.0.1:{port}")
    garden = MCPServer(
        "garden",
        auth_server_provider=clerk,
        auth=AuthSettings(
            issuer_url=root,
            resource_server_url=AnyHttpUrl(f"{root}mcp"),
            client_registration_options=ClientRegistrationOptions(
                enabled=True, valid_scopes=["plants"], default_scopes=["plants"]
            ),
            required_scopes=["plants"],
            validate_token_resource=True,
        ),
    )

    @garden.tool()
    def water(plant: str) -> str:
        """Waters a plant."""
        return f"{plant} is watered"

    app = garden.streamable_http_app()
    running = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/mcp", clerk
    running.should_exit = True
    thread.join(10)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Stay, to see where it leads."""


def visit(address: str) -> dict[str, str]:
    """Do what a browser does at the other side; return what it comes back with."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(_Stay).open(address, timeout=10)
    back = answer.value.headers["location"]
    assert back.startswith(BACK)
    return dict(parse_qsl(urlsplit(back).query))


def test_person_signs_in_and_the_tools_are_there(
    stack: RunningStack, server: tuple[str, Clerk]
) -> None:
    url, clerk = server
    body = {"kind": "mcp", "name": "garden", "settings": {"url": url}}
    path = f"/api/v1/toolkits/{stack.request('POST', '/api/v1/toolkits', body)['id']}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        stack.request("GET", f"{path}/tools")
    begun = stack.request("POST", f"{path}/sign-ins", {"redirect_uri": BACK})
    came_back = visit(begun["address"])
    ended = stack.request("POST", "/api/v1/toolkit-sign-ins", came_back)
    (tool,) = stack.request("GET", f"{path}/tools")["items"]

    assert refused.value.code == 422
    assert b"Sign in" in refused.value.read()
    assert ended["sign_in"] == "granted"
    assert tool["name"] == "garden__water"
    ((client_id, client),) = clerk.clients.items()
    assert client.client_name == "Skep"
    ((_, token),) = clerk.tokens.items()
    assert (token.client_id, token.resource) == (client_id, url)
    assert token.scopes == ["plants"]

"""Operations become tools, calls become requests, and hostile documents become refusals."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    SkepError,
    Unauthenticated,
)
from skep_runtime.egress import EgressClient, EgressSettings
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, ScriptedServer
from skep_toolkit_openapi.document import read_document
from skep_toolkit_openapi.operations import operations_of
from skep_toolkit_openapi.toolkit import OpenApiToolkit

PETS = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: "{root}/v1", variables: {root: {default: "SERVER"}}}]
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getPet
      summary: Shows a pet.
      parameters:
        - {name: fields, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: Authorization, in: header, schema: {type: string}}
  /pets:
    post:
      operationId: "add pet!"
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Pet"}
    put:
      operationId: "add pet!"
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object}}
  /photo:
    post:
      requestBody: {content: {"image/png": {schema: {type: string, format: binary}}}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string, nullable: true}
        age: {type: integer, minimum: 0, exclusiveMinimum: true}
        parent: {$ref: "#/components/schemas/Pet"}
        vet: {$ref: "https://elsewhere.example/vet.json"}
"""


@pytest.fixture
async def http() -> AsyncIterator[EgressClient]:
    client = EgressClient(EgressSettings(allow="127.0.0.0/8"))
    yield client
    await client.close()


async def api(http: EgressClient, server: ScriptedServer, **settings: Any) -> OpenApiToolkit:
    document = PETS.replace("SERVER", server.url)
    kit = OpenApiToolkit(ModelContext(http), {"document": document, **settings})
    await kit.list_tools()
    return kit


def tools(document: str) -> dict[str, Any]:
    found = operations_of(read_document(document))
    return {name: operation.tool for name, operation in found.items()}


def test_operations_are_tools() -> None:
    found = tools(PETS)

    assert list(found) == ["getPet", "add_pet", "add_pet_2", "post_photo"]
    assert found["getPet"].title == "Shows a pet."
    assert found["getPet"].parameters["required"] == ["id"]
    assert list(found["getPet"].parameters["properties"]) == ["id", "fields", "tag", "X-Trace"]
    assert found["getPet"].repeatable
    assert not found["add_pet"].repeatable
    assert found["post_photo"].parameters["properties"] == {}


def test_schemas_are_whole_and_of_json_schema() -> None:
    body = tools(PETS)["add_pet"].parameters["properties"]["body"]

    assert body["properties"]["name"] == {"type": ["string", "null"]}
    assert body["properties"]["age"] == {"type": "integer", "exclusiveMinimum": 0}
    assert body["properties"]["vet"] == {}
    assert body["properties"]["parent"]["required"] == ["name"]
    assert len(json.dumps(body)) < 10_000


async def test_call_is_the_request_it_says(http: EgressClient) -> None:
    with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(json={"name": "Rex"}))
        kit = await api(http, server, token="t1")
        arguments = {"id": "../a b?", "fields": ["x", "y"], "tag": ["p", "q"], "X-Trace": "1"}
        result = await kit.call("getPet", arguments, idempotency_key="k1")
        await kit.call("add_pet", {"body": {"name": "Rex"}}, idempotency_key="k2")
        await kit.call("add_pet_2", {"body": {"a": "x y", "b": [1, 2]}}, idempotency_key="k3")
        got, posted, put = server.requests

    assert (result.text, result.data, result.is_error) == (
        '{"name": "Rex"}',
        {"name": "Rex"},
        False,
    )
    assert got.target == "/v1/pets/..%2Fa%20b%3F?fields=x,y&tag=p&tag=q"
    assert got.headers["authorization"] == "Bearer t1"
    assert (got.headers["x-trace"], got.headers["idempotency-key"]) == ("1", "k1")
    assert posted.json() == {"name": "Rex"}
    assert put.body == b"a=x+y&b=1&b=2"


@pytest.mark.parametrize(
    ("settings", "place", "value"),
    [
        ({"api_key_secret": "s", "api_key_name": "X-Key"}, "x-key", "s"),
        ({"username": "me", "password_secret": "p"}, "authorization", "Basic bWU6cA=="),
    ],
)
async def test_credentials_go_where_they_belong(
    http: EgressClient, settings: dict[str, str], place: str, value: str
) -> None:
    with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(json={}))
        kit = await api(http, server, **settings)
        await kit.call("getPet", {"id": "1"}, idempotency_key="k")
        assert server.requests[0].headers[place] == value


async def test_key_in_the_query_is_sent_there(http: EgressClient) -> None:
    with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(json={}))
        place = {"api_key_secret": "s&t", "api_key_name": "key", "api_key_in": "query"}
        kit = await api(http, server, **place)
        await kit.call("getPet", {"id": "1"}, idempotency_key="k")
        assert server.requests[0].target == "/v1/pets/1?key=s%26t"


async def test_refusals_are_results_and_failures_are_problems(http: EgressClient) -> None:
    with ScriptedServer() as server:
        kit = await api(http, server)
        server.enqueue("/v1/pets/1", Answer(status=404, json={"error": "no pet"}))
        refused = await kit.call("getPet", {"id": "1"}, idempotency_key="k")
        for status, problem in (
            (401, Unauthenticated),
            (429, RateLimited),
            (503, ProviderFailed),
        ):
            server.enqueue("/v1/pets/1", Answer(status=status))
            with pytest.raises(problem):
                await kit.call("getPet", {"id": "1"}, idempotency_key="k")
        with pytest.raises(NotFound):
            await kit.call("nothing", {}, idempotency_key="k")
        with pytest.raises(InvalidInput):
            await kit.call("getPet", {"id": ".."}, idempotency_key="k")
        with pytest.raises(InvalidInput):
            await kit.call("getPet", {"id": "1", "X-Trace": "a\nb"}, idempotency_key="k")

    assert refused.is_error
    assert refused.text == 'Status 404. {"error": "no pet"}'


async def test_redirects_never_carry_a_credential_away(http: EgressClient) -> None:
    with ScriptedServer() as other, ScriptedServer() as server:
        server.serve("/v1/pets/1", Answer(status=302, headers={"location": f"{other.url}/x"}))
        kit = await api(http, server, token="secret")
        await kit.call("getPet", {"id": "1"}, idempotency_key="k")
        assert list(other.requests) == []


async def test_document_is_fetched_where_it_has_an_address(http: EgressClient) -> None:
    with ScriptedServer() as server:
        body = PETS.replace("SERVER", server.url).encode()
        server.enqueue("/doc", Answer(body=body), Answer(status=404))
        kit = OpenApiToolkit(ModelContext(http), {"document_url": f"{server.url}/doc"})
        assert len(await kit.list_tools()) == 4
        with pytest.raises(ProviderFailed):
            await kit.list_tools()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"openapi": "2.0", "paths": {}}',
        '{"openapi": "3.0.0"}',
        "openapi: 3.0.0\npaths: &a {x: *a}",
        "[" * 100_000,
        "openapi: 3.0.0\npaths: !!python/object/apply:os.system ['true']",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
    ],
)
def test_text_that_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(SkepError):
        read_document(text)


def test_documents_that_are_strange_give_what_is_sound_in_them() -> None:
    wide = {f"p{n}": {"$ref": "#/components/schemas/A"} for n in range(40)}
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/a": {"get": 5, "post": {"parameters": [7, {"in": "query"}, {"$ref": "#/nowhere"}]}},
            "/b": "nonsense",
            "/c": {"get": {"parameters": [{"name": "q", "in": "query", "schema": wide["p0"]}]}},
            "/d": {"$ref": "#/paths/~1d"},
        },
        "components": {"schemas": {"A": {"type": "object", "properties": wide}}},
    }

    found = tools(json.dumps(document))

    assert list(found) == ["post_a", "get_c"]
    assert len(json.dumps(found["get_c"].parameters)) < 1_000_000


def test_server_must_have_a_whole_address() -> None:
    from skep_toolkit_openapi.requests import server_of

    with pytest.raises(InvalidInput, match="address of the API"):
        server_of({"servers": [{"url": "/v1"}]}, {})
    assert server_of({"servers": []}, {"server_url": "https://x.example/v1/"}) == (
        "https://x.example/v1"
    )

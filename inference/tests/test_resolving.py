"""Names become models, and what is wrong with a name is said."""

from typing import Any

import msgspec
import pytest

from inference.tests.conftest import FAST, Make
from inference.tests.scripted import MODELS, Host, Scripted, asking
from skep_contracts.plugins.models import ModelInfo, ModelKind
from skep_contracts.problems import InvalidInput, Unauthenticated, Unavailable
from skep_inference import CallScope, Inference, InferenceSettings
from skep_inference.routing.credential_form import check_values
from skep_inference.routing.defaults import DefaultModels


async def refusal(
    inference: Inference, model: str, kind: ModelKind = ModelKind.CHAT
) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        await inference.resolve(model, kind, tenant="t_1")
    return refused.value


async def test_reference_becomes_a_model(inference: Inference) -> None:
    found = await inference.resolve(" acme/smart ", ModelKind.CHAT, tenant="t_1")

    assert (found.reference, found.info) == ("acme/smart", MODELS[0])


async def test_default_is_the_first_model_that_needs_nothing(
    host: Host, script: Scripted, inference: Inference
) -> None:
    host.replace(
        script.description("aaa"),
        script.description("zeta", needs_credential=False),
        script.description("beta", needs_credential=False),
    )

    found = await inference.resolve("default", ModelKind.EMBEDDING, tenant="t_1")

    assert found.reference == "beta/vectors"


async def test_what_stands_in_is_the_last_default(
    host: Host, script: Scripted, inference: Inference
) -> None:
    stand_in = script.description("aaa", needs_credential=False)
    host.replace(msgspec.structs.replace(stand_in, is_stand_in=True))
    alone = await inference.resolve("default", ModelKind.EMBEDDING, tenant="t_1")
    host.replace(
        msgspec.structs.replace(stand_in, is_stand_in=True),
        script.description("zeta", needs_credential=False),
    )
    beside = await inference.resolve("default", ModelKind.EMBEDDING, tenant="t_1")

    assert (alone.reference, beside.reference) == ("aaa/vectors", "zeta/vectors")


async def test_tenants_choice_goes_before(inference: Inference) -> None:
    inference._defaults.put("t_1.default_models", b'{"chat": "acme/free"}', 1)

    mine = await inference.resolve("default", ModelKind.CHAT, tenant="t_1")
    other = await inference.resolve("default", ModelKind.CHAT, tenant="t_2")

    assert (mine.name, other.name) == ("free", "smart")


def test_choices_are_followed_and_strange_ones_ignored() -> None:
    defaults = DefaultModels()
    defaults.put("t_1.other_setting", b'{"chat": "x/y"}', 1)
    assert defaults.of("t_1", ModelKind.CHAT) is None
    defaults.put("t_1.default_models", b'{"chat": "x/y", "later": 1}', 2)
    assert defaults.of("t_1", ModelKind.CHAT) == "x/y"
    assert defaults.of("t_1", ModelKind.RERANK) is None
    defaults.put("t_1.default_models", b"{", 3)
    assert defaults.of("t_1", ModelKind.CHAT) is None
    defaults.remove("t_1.default_models")
    defaults.remove("t_1.other_setting")


@pytest.mark.parametrize("name", ["smart", "acme/", "/smart", "smrt", "acme/\ud800", "a" * 500])
async def test_malformed_reference_is_refused_with_an_example(
    inference: Inference, name: str
) -> None:
    error = await refusal(inference, name)

    assert error.exact_code == "malformed_model"
    assert "acme/smart" in error.detail
    assert len(error.detail) < 300


async def test_unknown_provider_is_refused_with_those_there_are(inference: Inference) -> None:
    error = await refusal(inference, "acne/smart")

    assert (error.exact_code, "acme" in error.detail) == ("unknown_provider", True)


async def test_unknown_model_is_refused_unless_the_catalogue_is_open(
    host: Host, script: Scripted, inference: Inference
) -> None:
    error = await refusal(inference, "acme/nothing")
    assert (error.exact_code, "smart" in error.detail) == ("unknown_model", True)

    host.replace(script.description(needs_credential=False, open_catalogue=True))
    found = await inference.resolve("acme/org/new-model", ModelKind.CHAT, tenant="t_1")
    assert (found.provider, found.name, found.info) == ("acme", "org/new-model", None)


async def test_model_of_another_kind_is_refused(inference: Inference) -> None:
    error = await refusal(inference, "acme/vectors")

    assert error.exact_code == "wrong_model_kind"


async def test_missing_credential_is_said_and_what_to_do(
    host: Host, script: Scripted, inference: Inference
) -> None:
    host.replace(script.description())

    error = await refusal(inference, "acme/smart")

    assert error.exact_code == "credential_missing"
    assert "/api/v1/credentials" in error.detail
    assert (await refusal(inference, "default")).exact_code == "no_default_model"


async def test_chat_with_an_unknown_model_is_refused_at_the_first_piece(
    inference: Inference,
) -> None:
    stream = inference.chat("nope/x", asking(), scope=CallScope(tenant="t_1"))

    with pytest.raises(InvalidInput):
        await anext(stream)


async def test_operator_corrects_catalogues(make: Make, host: Host, script: Scripted) -> None:
    overrides = {
        "acme/free": {"input_price": 1.5, "context_tokens": 10},
        "acme/brand-new": {"kind": "embedding", "max_batch": 7},
        "other/x": {"input_price": 1.0},
    }
    settings = msgspec.structs.replace(
        FAST, model_overrides=msgspec.json.encode(overrides).decode()
    )
    inference = await make(settings)

    free = await inference.resolve("acme/free", ModelKind.CHAT, tenant="t_1")
    new = await inference.resolve("acme/brand-new", ModelKind.EMBEDDING, tenant="t_1")

    assert free.info == ModelInfo(
        name="free", kind=ModelKind.CHAT, input_price=1.5, context_tokens=10
    )
    assert new.info is not None
    assert new.info.max_batch == 7


@pytest.mark.parametrize(
    "overrides",
    [
        "{",
        "[]",
        '{"acme": {}}',
        '{"acme/x": 1}',
        '{"acme/x": {"input_prize": 1}}',
        '{"acme/x": {"input_price": "much"}}',
    ],
)
def test_correction_that_corrects_nothing_is_refused(overrides: str) -> None:
    with pytest.raises(ValueError, match="model_overrides"):
        InferenceSettings(model_overrides=overrides)


async def test_models_are_listed_with_what_vendors_say(
    host: Host, script: Scripted, inference: Inference
) -> None:
    script.listed = [ModelInfo(name="fresh", kind=ModelKind.CHAT), MODELS[0]]
    host.replace(
        script.description("open", needs_credential=False, open_catalogue=True),
        script.description("shut"),
    )

    listed = await inference.list_models("t_1")
    await inference.list_models("t_1")

    ready = {model.reference: model.is_ready for model in listed}
    assert ready["open/fresh"]
    assert ready["open/smart"]
    assert ready["shut/smart"] is False
    assert script.list_calls == 1
    assert [each.name for each in inference.providers()] == ["open", "shut"]


async def test_vendor_that_cannot_list_leaves_the_catalogue(
    host: Host, script: Scripted, inference: Inference
) -> None:
    script.listed = Unavailable("down")
    host.replace(script.description("open", needs_credential=False, open_catalogue=True))

    assert len(await inference.list_models("t_1")) == len(MODELS)


async def test_credential_is_checked_and_its_provider_closed(
    inference: Inference, script: Scripted
) -> None:
    await inference.check_credential("acme", {"key": "k"}, tenant="t_1")

    assert script.closed == [{"key": "k"}]
    script.checks = [Unauthenticated("no")]
    with pytest.raises(Unauthenticated):
        await inference.check_credential("acme", {"key": "k"}, tenant="t_1")
    with pytest.raises(InvalidInput):
        await inference.check_credential("acme", {"kay": "k"}, tenant="t_1")
    with pytest.raises(InvalidInput):
        await inference.check_credential("nope", {}, tenant="t_1")


SCHEMA: dict[str, Any] = {
    "properties": {
        "key": {"type": "string"},
        "port": {"type": "integer"},
        "zone": {"type": "string", "enum": ["a", "b"]},
    },
    "required": ["key"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("values", "pointers"),
    [
        ({"key": "k", "port": 1, "zone": "a"}, []),
        ({"key": "k", "port": None}, []),
        ({}, ["/key"]),
        ({"key": ""}, ["/key"]),
        ({"key": 1}, ["/key"]),
        ({"key": "k", "port": True}, ["/port"]),
        ({"key": "k", "port": "1", "zone": "c", "a/b": 1}, ["/port", "/zone", "/a~1b"]),
    ],
)
def test_values_are_held_against_the_form(values: dict[str, Any], pointers: list[str]) -> None:
    if not pointers:
        check_values(SCHEMA, values)
        return
    with pytest.raises(InvalidInput) as refused:
        check_values(SCHEMA, values)
    assert [error.pointer for error in refused.value.errors] == pointers

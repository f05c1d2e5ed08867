"""Several answers side by side: one that fails ends them all, whatever it fails with."""

from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.problems import ProviderFailed
from skep_gateway.completions.completing import Completing
from skep_inference import CallScope, Inference

END = StreamEnd(finish_reason="stop", usage=Usage(input_tokens=1, output_tokens=1), model="m")
REQUEST = ChatRequest(model="a/m", messages=(ChatMessage(role="user", content="Hi"),))


class Models:
    """The second call fails as it is told."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error
        self.calls = 0
        self.open = 0

    async def chat(self, *_: Any, **__: Any) -> AsyncGenerator[ChatDelta, None]:
        self.calls += 1
        number = self.calls
        self.open += 1
        try:
            yield TextDelta(text=f"answer {number}")
            if number == 2 and self._error is not None:
                raise self._error
            yield END
        finally:
            self.open -= 1


def completing(models: Models, choices: int) -> Completing:
    scope = CallScope(tenant="t_1")
    return Completing(cast("Inference", models), REQUEST, scope=scope, choices=choices)


@pytest.mark.parametrize("error", [ProviderFailed("no"), RuntimeError("a defect")])
async def test_failure_of_one_is_raised_and_closes_the_others(error: Exception) -> None:
    models = Models(error)

    with pytest.raises(type(error)):
        await completing(models, 3).whole()

    assert models.open == 0


async def test_answers_keep_their_places_and_usage_adds_up() -> None:
    made = await completing(Models(None), 3).whole()

    assert [choice["index"] for choice in made["choices"]] == [0, 1, 2]
    assert {c["message"]["content"] for c in made["choices"]} == {f"answer {n}" for n in (1, 2, 3)}
    assert made["usage"]["total_tokens"] == 6

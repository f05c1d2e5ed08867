"""Answers in OpenAI's words, whole and in pieces."""

import json

from skep_contracts.plugins.models import Alternative, StreamEnd, TextDelta, TokenLogprob, Usage
from skep_gateway.completions.answers import Chunks, Heading, choice_of, json_text

TOKEN = TokenLogprob(
    token="Hi", logprob=-0.5, bytes=[72, 105], top_logprobs=[Alternative(token="Yo", logprob=-2.0)]
)
SHOWN = {
    "content": [
        {
            "token": "Hi",
            "logprob": -0.5,
            "bytes": [72, 105],
            "top_logprobs": [{"token": "Yo", "logprob": -2.0, "bytes": None}],
        }
    ],
    "refusal": None,
}
END = StreamEnd(finish_reason="stop", usage=Usage(), model="m")


def test_log_probabilities_are_in_the_choice() -> None:
    plain, _ = choice_of(0, [TextDelta(text="Hi"), END])
    choice, _ = choice_of(0, [TextDelta(text="Hi", logprobs=(TOKEN,)), END])

    assert plain["logprobs"] is None
    assert json.loads(json_text(choice["logprobs"])) == SHOWN


def test_log_probabilities_are_in_their_chunk() -> None:
    chunks = Chunks(Heading.new("m"), with_usage=False)

    chunk = chunks.piece(0, TextDelta(text="Hi", logprobs=(TOKEN,)))

    (choice,) = json.loads(chunk.removeprefix(b"data: "))["choices"]
    assert choice["delta"] == {"content": "Hi"}
    assert choice["logprobs"] == SHOWN

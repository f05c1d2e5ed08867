"""What a model thinks of answers. It may be wrong: reasons are kept, and quotations checked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeVar

import msgspec

from skep_cli.api import Api
from skep_cli.evaluation.asking import patiently
from skep_cli.evaluation.matching import folded
from skep_contracts.asking.json_text import json_values
from skep_contracts.asking.prompts import PromptFolder, quote

Told = TypeVar("Told", bound=msgspec.Struct)

PROMPTS: Final = PromptFolder("skep_cli.evaluation.answering")
_TRIES: Final = 2
_MAX_SOURCE_CHARS: Final = 8_000


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that an answer states, and whether the sources bear it out."""

    claim: str
    verdict: Literal["supported", "contradicted", "unsupported"]
    source: int
    """Its number; 0 for none."""
    quotation: str
    reason: str
    is_quoted: bool | None = None
    """Whether the quotation stands in that source; None without one. Found out, not said."""


class Faithfulness(msgspec.Struct, frozen=True, kw_only=True):
    """An answer's claims."""

    claims: tuple[Claim, ...]

    @property
    def score(self) -> float | None:
        """The share of claims that are supported; None when it claims nothing."""
        if not self.claims:
            return None
        return sum(claim.verdict == "supported" for claim in self.claims) / len(self.claims)


class Correctness(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer compares with the one that was expected."""

    verdict: Literal["correct", "partly", "wrong"]
    reason: str

    @property
    def score(self) -> float:
        """1, ½ or 0."""
        return {"correct": 1.0, "partly": 0.5, "wrong": 0.0}[self.verdict]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that an app had before it."""

    number: int
    document: str
    text: str


class UndecidedError(Exception):
    """The model did not answer in the form that was asked for."""


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_TEXT: Final = {"type": "string"}
CLAIMS_SCHEMA: Final = _object(
    claims={
        "type": "array",
        "items": _object(
            claim=_TEXT,
            verdict={"type": "string", "enum": ["supported", "contradicted", "unsupported"]},
            source={"type": "integer"},
            quotation=_TEXT,
            reason=_TEXT,
        ),
    }
)
CORRECTNESS_SCHEMA: Final = _object(
    verdict={"type": "string", "enum": ["correct", "partly", "wrong"]}, reason=_TEXT
)


class Judge:
    """Asks one model through the gateway."""

    def __init__(self, api: Api, model: str) -> None:
        """Ask `model`, ``provider/name`` or ``default``."""
        self._api = api
        self._model = model

    async def faithfulness(
        self, question: str, answer: str, sources: Sequence[Source]
    ) -> Faithfulness:
        """Judge the claims of an answer by sources.

        Raises:
            UndecidedError: The model made no sense.
            ApiProblem: It cannot be asked.
        """
        shown = [
            {"number": s.number, "document": s.document, "text": s.text[:_MAX_SOURCE_CHARS]}
            for s in sources
        ]
        material = {"question": question, "answer": answer, "sources": shown}
        told = await self.ask("faithfulness", material, CLAIMS_SCHEMA, Faithfulness)
        texts = {source.number: source.text for source in sources}
        return Faithfulness(claims=tuple(_checked(claim, texts) for claim in told.claims))

    async def correctness(self, question: str, answer: str, expected: str) -> Correctness:
        """Compare an answer with the expected one; raises as `faithfulness` does."""
        material = {"question": question, "answer": answer, "expected_answer": expected}
        return await self.ask("correctness", material, CORRECTNESS_SCHEMA, Correctness)

    async def ask(
        self, purpose: str, material: Mapping[str, Any], schema: dict[str, Any], kind: type[Told]
    ) -> Told:
        """Return what the model makes of some material; raises as `faithfulness` does."""
        body = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": PROMPTS.fill(purpose, schema=quote(schema))},
                {"role": "user", "content": quote(material)},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": purpose, "schema": schema, "strict": True},
            },
            "temperature": 0,
        }
        for _ in range(_TRIES):
            said = await patiently(
                lambda: self._api.request("POST", "/openai/v1/chat/completions", body)
            )
            text = said["choices"][0]["message"].get("content") or ""
            for value in json_values(text):
                try:
                    return msgspec.convert(value, kind)
                except msgspec.ValidationError:
                    continue
        raise UndecidedError


def _checked(claim: Claim, texts: Mapping[int, str]) -> Claim:
    if not claim.quotation.strip():
        return msgspec.structs.replace(claim, is_quoted=None)
    source = folded(texts.get(claim.source, ""))
    return msgspec.structs.replace(claim, is_quoted=folded(claim.quotation) in source)

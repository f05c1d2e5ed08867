"""Values follow their schema, whatever it is, and choices make sense."""

import json
from typing import Any

import jsonschema_rs
import pytest

from skep_model_echo.structured import Filler

SHOP = (
    "You sort questions from customers of an outdoor shop. Choose the topic that fits best."
    " delivery: shipping, parcels, cost and time of delivery, countries."
    " returns: sending back, refunds, exchange, worn or used goods."
    " other: warranty, repairs, products, anything else."
)
TOPIC = {"type": "string", "enum": ["delivery", "returns", "other"]}


def filler(question: str, *, instructions: str = "", answer: str | None = None) -> Filler:
    return Filler(
        question=question,
        answer=question if answer is None else answer,
        instructions=instructions,
    )


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Can I return boots I wore twice?", "returns"),
        ("What does express delivery to Norway cost for a 3 kg parcel?", "delivery"),
        ("How long is the warranty on a tent?", "other"),
        ("I want a refund", "returns"),
        ("Do you ship to other countries?", "delivery"),
        ("Hello there!", "delivery"),
    ],
)
def test_option_is_chosen_by_its_name_and_its_explanation(question: str, topic: str) -> None:
    assert filler(question, instructions=SHOP).fill(TOPIC) == topic


def test_options_need_not_be_text() -> None:
    assert filler("take number 2").fill({"enum": [1, 2, None]}) == 2


SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "string", "minLength": 40, "maxLength": 60},
    {"type": "string", "maxLength": 3},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "email"},
    {"type": "integer", "minimum": 5, "maximum": 7},
    {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 5},
    {"type": "number", "exclusiveMaximum": 0},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["null", "integer"]},
    {"const": {"a": 1}},
    {"type": "array", "items": {"type": "integer"}, "minItems": 3},
    {"type": "array", "items": {"type": "string"}, "maxItems": 0},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
    {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    {"allOf": [{"type": "object"}, {"properties": {"a": {"type": "null"}}, "required": ["a"]}]},
    {
        "$defs": {"item": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 2},
            "total_price": {"type": "number"},
            "is_urgent": {"type": "boolean"},
            "kind": {"oneOf": [{"enum": ["x", "y"]}]},
        },
        "required": ["items", "total_price", "is_urgent", "kind"],
        "additionalProperties": False,
    },
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
@pytest.mark.parametrize("question", ["", "send 6 urgent items for 10.5 on 2026-03-04", "ключ"])
def test_value_follows_its_schema(schema: dict[str, Any], question: str) -> None:
    value = filler(question).fill(schema)

    jsonschema_rs.validate(schema, value)


def test_values_come_from_the_question() -> None:
    schema = {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "minimum": 1},
            "day": {"type": "string", "format": "date"},
            "is_urgent": {"type": "boolean"},
            "is_gift": {"type": "boolean"},
            "answer": {"type": "string"},
        },
    }

    value = filler("6 urgent items on 2026-03-04", answer="Fine.").fill(schema)

    assert value == {
        "count": 6,
        "day": "2026-03-04",
        "is_urgent": True,
        "is_gift": False,
        "answer": "Fine.",
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/nowhere"},
        {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {
            "$defs": {
                "node": {
                    "type": "object",
                    "properties": {
                        "left": {"$ref": "#/$defs/node"},
                        "right": {"$ref": "#/$defs/node"},
                    },
                }
            },
            "$ref": "#/$defs/node",
        },
        {"type": "array", "items": {"$ref": "#"}, "minItems": 1_000_000},
        {"allOf": [{"$ref": "#"}]},
        {"anyOf": [{"$ref": "#"}]},
    ],
)
def test_endless_schema_ends(schema: dict[str, Any]) -> None:
    filler("x").fill(schema)

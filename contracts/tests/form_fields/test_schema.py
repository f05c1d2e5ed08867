"""Forms as schemas."""

from skep_contracts.form_fields.field import FormField
from skep_contracts.form_fields.schema import form_schema


def test_schema_says_what_a_form_takes() -> None:
    fields = (
        FormField(name="topic", label="Topic", description="About what", required=True),
        FormField(
            name="tone", type="select", options=("dry", "warm"), default="dry", required=True
        ),
        FormField(name="tags", type="multi-select", options=("a", "b"), max_items=1),
        FormField(name="count", type="number", min=1, max=9),
        FormField(name="body", type="paragraph", max_length=10),
        FormField(name="data", type="object", schema={"type": "object", "properties": {}}),
        FormField(name="secret", hidden=True, required=True),
        FormField(name="photo", type="file", required=True),
    )

    assert form_schema(fields) == {
        "type": "object",
        "properties": {
            "topic": {"type": "string", "title": "Topic", "description": "About what"},
            "tone": {"type": "string", "enum": ["dry", "warm"], "default": "dry"},
            "tags": {
                "type": "array",
                "items": {"type": "string", "enum": ["a", "b"]},
                "maxItems": 1,
            },
            "count": {"type": "number", "minimum": 1, "maximum": 9},
            "body": {"type": "string", "maxLength": 10},
            "data": {"type": "object", "properties": {}},
        },
        "additionalProperties": False,
        "required": ["topic"],
    }

"""Shapes of requests and answers: views, and contract structs embedded in them."""

from typing import Annotated, Any, Final, TypeVar, get_args

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from starlette.responses import Response

from skep_contracts.decoding import convert
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer

T = TypeVar("T")
_encode: Final = msgspec.json.Encoder().encode


class View(BaseModel):
    """What a route takes or returns; a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class JsonResponse(Response):
    """JSON by msgspec: takes structs, datetimes and plain data as they are."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the content."""
        return _encode(content)


class AsStruct:
    """Annotation that embeds a contract struct in a view: ``Annotated[Filter, AsStruct(Filter)]``.

    Decoding is strict and follows the contract, faults keep their pointers, and the schema is the
    contract's own.
    """

    def __init__(self, struct: Any) -> None:
        """Embed `struct`, or any type msgspec knows."""
        self._struct = struct

    def __get_pydantic_core_schema__(  # pydantic's protocol
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Decode plain data into the struct, and encode it back."""
        return core_schema.no_info_plain_validator_function(
            self._decode,
            serialization=core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins),
        )

    def __get_pydantic_json_schema__(  # pydantic's protocol
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the contract's JSON Schema, self-contained."""
        return inline_schema(self._struct)

    def _decode(self, value: Any) -> Any:
        if isinstance(value, self._struct) if isinstance(self._struct, type) else False:
            return value
        try:
            self._refuse_unknown(value)
            return convert(value, self._struct)
        except InvalidInput as error:
            raise PydanticCustomError(
                "struct", "{reason}", {"reason": error.detail, "faults": error.errors}
            ) from error

    def _refuse_unknown(self, value: Any) -> None:
        """Refuse fields that nobody knows, which a struct of the bus would pass over."""
        struct: Any = self._struct
        if not isinstance(value, dict) or not isinstance(struct, type):
            return
        known = {field.encode_name for field in msgspec.structs.fields(struct)}
        faults = [
            FieldError(
                pointer=json_pointer(name), message=f"not a field{did_you_mean(name, known)}"
            )
            for name in value
            if name not in known
        ]
        if faults:
            raise InvalidInput(f"{faults[0].pointer[1:]:.64} is not a field.", errors=faults)


def answers(struct: Any, description: str) -> dict[str, Any]:
    """Describe a JSON answer of a route that returns a struct, or one of several."""
    schemas = [inline_schema(each) for each in get_args(struct) or (struct,)]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def inline_schema(struct: Any) -> dict[str, Any]:
    """Return a type's JSON Schema without references, as far as it is not recursive."""
    schema = msgspec.json.schema(struct)
    definitions = schema.pop("$defs", {})
    inlined: dict[str, Any] = _inlined(schema, definitions, ())
    return inlined


def _inlined(node: Any, definitions: dict[str, Any], inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions, inside) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        if name in inside:
            return {"title": name}
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _inlined(definitions[name], definitions, (*inside, name)) | beside
    return {
        key: _inlined(value, definitions, inside)
        for key, value in node.items()
        # Its mapping names the definitions that are written out here.
        if key != "discriminator" or "mapping" not in value
    }


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    if any(not character.isprintable() for character in text):
        raise ValueError("must be one line of printable characters")
    return text.strip()


Line = Annotated[str, AfterValidator(_one_line)]
"""One line of text that a person can read; white space around it goes."""

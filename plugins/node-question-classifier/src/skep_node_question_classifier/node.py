"""Asks a model for the class of a text; what it answers can only be one of the list."""

from typing import Any, Final

from skep_contracts.asking.dialogue import ask_until_read
from skep_contracts.asking.memory import remembered, transcript
from skep_contracts.asking.prompts import PromptFolder, quote
from skep_contracts.asking.said import Said, usage_to_value
from skep_contracts.asking.vision import show_images, with_images
from skep_contracts.plugins.models import ChatMessage, ChatRequest, ImagePart, ResponseSchema
from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.problems import FieldError, InvalidInput
from skep_node_question_classifier.reading import Choice, read_choice
from skep_node_question_classifier.settings import ClassifierSettings

PROMPTS: Final = PromptFolder("skep_node_question_classifier")
_SHOWN_CHARS: Final = 200


class ClassifierNode:
    """Leaves by the port of the class; by that of the first one when the model names none."""

    async def run(self, ctx: NodeContext, settings: ClassifierSettings) -> NodeResult:
        """Classify.

        Raises:
            InvalidInput: There is nothing to classify, or an image is none.
        """
        choices = [
            Choice(each.id, ctx.text(each.name).strip() or each.id) for each in settings.classes
        ]
        shown = await show_images(ctx, settings.vision)
        understood = await ask_until_read(
            ctx,
            _request(ctx, settings, choices, shown.images),
            read=lambda said: _read(said, choices),
            repair=lambda fault: PROMPTS.fill("repair", fault=fault, ids=_listed(choices)),
        )
        chosen = understood.value or choices[0]
        logs = shown.logs
        if understood.value is None:
            said = understood.said.text.strip()[:_SHOWN_CHARS]
            logs += (f"The model named none of the classes, so {chosen.id!r} was taken: {said!r}",)
        return NodeResult(
            outputs={
                "class_id": chosen.id,
                "class_name": chosen.name,
                "is_certain": understood.value is not None,
                "usage": usage_to_value(understood.usage),
            },
            port=chosen.id,
            logs=logs,
        )


def _request(
    ctx: NodeContext,
    settings: ClassifierSettings,
    choices: list[Choice],
    images: tuple[ImagePart, ...],
) -> ChatRequest:
    query = ctx.text(settings.query).strip()
    if not query and not images:
        raise InvalidInput(
            "There is nothing to classify: the query is empty once its references are filled in.",
            errors=[FieldError(pointer="/query", message="empty with these values")],
            code="empty_query",
        )
    extra: Any = ctx.value(settings.extra)
    return ChatRequest(
        model=ctx.text(settings.model).strip() or "default",
        messages=(_system(ctx, settings, choices), _question(ctx, settings, query, images)),
        response_schema=ResponseSchema(name="class", schema=_schema(choices)),
        temperature=settings.temperature,
        extra=extra,
    )


def _system(ctx: NodeContext, settings: ClassifierSettings, choices: list[Choice]) -> ChatMessage:
    lines = []
    for choice, option in zip(choices, settings.classes, strict=True):
        description = " ".join(ctx.text(option.description).split())
        line = f"{choice.id}: {' '.join(choice.name.split())}"
        lines.append(f"{line} ({description})" if description else line)
    instruction = ctx.text(settings.instruction).strip()
    parts = [PROMPTS.fill("task", classes="\n".join(lines))]
    if instruction:
        parts.append(PROMPTS.fill("instruction", instruction=instruction))
    parts.append(PROMPTS.fill("form"))
    return ChatMessage(role="system", content="\n\n".join(parts))


def _question(
    ctx: NodeContext, settings: ClassifierSettings, query: str, images: tuple[ImagePart, ...]
) -> ChatMessage:
    """Quote what is to be read as JSON, so that nothing in it can end the quotation."""
    parts = []
    turns = transcript(remembered(ctx.history, settings.memory))
    if turns:
        parts.append(PROMPTS.fill("memory", turns=quote(turns)))
    parts.append(PROMPTS.fill("text", text=quote(query)) if query else PROMPTS.fill("images"))
    return with_images("\n\n".join(parts), images)


def _schema(choices: list[Choice]) -> dict[str, Any]:
    ids = [choice.id for choice in choices]
    return {
        "type": "object",
        "properties": {"class_id": {"type": "string", "enum": ids}},
        "required": ["class_id"],
        "additionalProperties": False,
    }


def _read(said: Said, choices: list[Choice]) -> tuple[Choice | None, str | None]:
    choice = read_choice(said.text, choices)
    return choice, None if choice else "it names none of the classes."


def _listed(choices: list[Choice]) -> str:
    return ", ".join(quote(choice.id) for choice in choices)

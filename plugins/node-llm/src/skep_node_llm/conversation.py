"""From settings to the messages a model gets: system, fixed messages, memory, and this turn."""

import re
from typing import Final

import msgspec

from skep_contracts.asking.memory import remembered
from skep_contracts.asking.prompts import PromptFolder
from skep_contracts.asking.vision import show_images, with_images
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import FieldError, InvalidInput
from skep_node_llm.passages import Passages
from skep_node_llm.settings import LlmSettings

PROMPTS: Final = PromptFolder("skep_node_llm")
_PLACEHOLDER: Final = r"(?<!\\)\{\{\s*(context|memory)\s*\}\}"


async def build_messages(
    ctx: NodeContext, settings: LlmSettings, passages: Passages | None
) -> tuple[list[ChatMessage], tuple[str, ...]]:
    """Return the whole conversation, the turn of the user last, and lines for the trace.

    Raises:
        InvalidInput: There is nothing to say to the model, or an image is none.
    """
    writer = _Writer(ctx, settings, passages)
    messages = [
        message
        for message in (writer.system(), *writer.fixed())
        if message is not None and message.text().strip()
    ]
    if not writer.is_placed("memory"):
        messages += writer.turns
    text = writer.render(settings.prompt)
    shown = await show_images(ctx, settings.vision)
    if shown.images or text.strip():
        messages.append(with_images(text, shown.images))
    if all(message.role == "system" for message in messages):
        raise InvalidInput(
            "The prompt is empty once its references are filled in.",
            errors=[FieldError(pointer="/prompt", message="empty with these values")],
            code="empty_prompt",
        )
    return messages, shown.logs


class _Writer:
    """Fills templates; what stands in place of a placeholder is not looked at again."""

    def __init__(self, ctx: NodeContext, settings: LlmSettings, passages: Passages | None) -> None:
        self._ctx = ctx
        self._settings = settings
        self._passages = passages
        self.turns = remembered(ctx.history, settings.memory)

    def is_placed(self, name: str) -> bool:
        """Tell whether the author says where the passages, or the earlier turns, go."""
        settings = self._settings
        if (settings.context if name == "context" else settings.memory) is None:
            return False
        templates = (settings.system, *(m.content for m in settings.messages), settings.prompt)
        return any(name in re.findall(_PLACEHOLDER, template) for template in templates)

    def system(self) -> ChatMessage | None:
        """Return who the model is, the form of the answer, and the passages."""
        schema = self._settings.response_schema
        parts = [self.render(self._settings.system).strip()]
        if schema is not None:
            text = msgspec.json.encode(schema).decode()
            parts.append(PROMPTS.fill("structured", schema=text))
        if self._passages is not None and not self.is_placed("context"):
            text = self._passages.text()
            filled = PROMPTS.fill("context", passages=text) if text else self._no_passages()
            parts.append(filled)
        content = "\n\n".join(part for part in parts if part)
        return ChatMessage(role="system", content=content) if content else None

    def fixed(self) -> list[ChatMessage]:
        """Return the author's own messages; those that are empty with these values fall away."""
        return [
            ChatMessage(role=message.role, content=self.render(message.content))
            for message in self._settings.messages
        ]

    def render(self, template: str) -> str:
        """Return a template with its references and placeholders filled."""
        pieces = re.split(_PLACEHOLDER, template)
        return "".join(
            self._placed(piece) if index % 2 else self._ctx.text(piece)
            for index, piece in enumerate(pieces)
        )

    def _placed(self, name: str) -> str:
        if name == "context" and self._passages is not None:
            return self._passages.text() or self._no_passages()
        if name == "memory" and self._settings.memory is not None:
            prefixes = self._settings.memory.prefixes
            names = {"user": prefixes.user, "assistant": prefixes.assistant}
            return "\n".join(
                f"{names[turn.role]}: {turn.text()}" for turn in self.turns if turn.role in names
            )
        return f"{{{{{name}}}}}"

    @staticmethod
    def _no_passages() -> str:
        return PROMPTS.fill("no_context")

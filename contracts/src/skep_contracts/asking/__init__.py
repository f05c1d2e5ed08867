"""What nodes that ask a model have in common: settings, messages, listening, and JSON out of text.

Built on `NodeContext` alone, and pure but for what goes through it.
"""

from skep_contracts.asking.dialogue import MAX_ANSWER_CHARS, Understood, ask, ask_until_read
from skep_contracts.asking.json_text import can_be_strict, json_values, read_json
from skep_contracts.asking.memory import Memory, remembered, transcript
from skep_contracts.asking.prompts import PromptFolder, quote
from skep_contracts.asking.said import Said, add_usage, usage_to_value
from skep_contracts.asking.thinking import ThinkingSplitter
from skep_contracts.asking.vision import MAX_IMAGES, Vision, show_images, with_images

__all__ = [
    "MAX_ANSWER_CHARS",
    "MAX_IMAGES",
    "Memory",
    "PromptFolder",
    "Said",
    "ThinkingSplitter",
    "Understood",
    "Vision",
    "add_usage",
    "ask",
    "ask_until_read",
    "can_be_strict",
    "json_values",
    "quote",
    "read_json",
    "remembered",
    "show_images",
    "transcript",
    "usage_to_value",
    "with_images",
]

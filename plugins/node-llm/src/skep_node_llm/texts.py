"""The plugin's own words to a model; see the folder `prompts`."""

from functools import cache


@cache
def _read(purpose: str) -> str:
    from importlib.resources import files

    folder = files("skep_node_llm") / "prompts"
    return (folder / f"{purpose}.md").read_text(encoding="utf-8").strip()


def prompt(purpose: str, **values: str) -> str:
    """Return a prompt with its placeholders filled; what fills them is not looked at again."""
    text = _read(purpose)
    for name, value in values.items():
        before, _, after = text.partition(f"{{{name}}}")
        text = before + value + after
    return text

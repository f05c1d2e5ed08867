"""A plugin's own words to a model: one file for each purpose, ``prompts/<purpose>.md``."""

import re
from typing import Final

_PLACEHOLDER: Final = r"\{([a-z_]+)\}"


class PromptFolder:
    """The folder `prompts` of a package; each file is read once, when it is first needed."""

    def __init__(self, package: str) -> None:
        """Read below the package of that name."""
        self._package = package
        self._texts: dict[str, str] = {}

    def fill(self, purpose: str, **values: str) -> str:
        """Return a prompt with its placeholders filled; what fills one is not looked at again."""
        text = self._read(purpose)
        return re.sub(_PLACEHOLDER, lambda found: values.get(found[1], found[0]), text)

    def _read(self, purpose: str) -> str:
        if purpose not in self._texts:
            from importlib.resources import files

            file = files(self._package) / "prompts" / f"{purpose}.md"
            self._texts[purpose] = file.read_text(encoding="utf-8").strip()
        return self._texts[purpose]


def quote(value: object) -> str:
    """Return material as JSON, in one line: nothing in it can end the quotation."""
    import json

    return json.dumps(value, ensure_ascii=False)

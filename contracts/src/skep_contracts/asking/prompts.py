"""A plugin's own words to a model: one file for each purpose, ``prompts/<purpose>.md``."""

import re
from typing import Final

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class PromptFolder:
    """The folder `prompts` of a package; each file is read once, when it is first needed."""

    def __init__(self, package: str) -> None:
        """Read below the package of that name."""
        self._package = package
        self._texts: dict[str, str] = {}

    def fill(self, purpose: str, **values: str) -> str:
        """Return a prompt with its placeholders filled; what fills one is not looked at again."""
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), self._read(purpose))

    def _read(self, purpose: str) -> str:
        if purpose not in self._texts:
            from importlib.resources import files

            file = files(self._package) / "prompts" / f"{purpose}.md"
            self._texts[purpose] = file.read_text(encoding="utf-8").strip()
        return self._texts[purpose]

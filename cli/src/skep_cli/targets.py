"""What `skep run` and `skep apply` are given: a workflow file, a folder, or the name of an app."""

from pathlib import Path
from typing import Final

import click
import msgspec

APP_FILES: Final = ("app.yaml", "app.yml", "app.json")
_IGNORED_PREFIXES: Final = (".", "~", "_")


class DatasetFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset to create, and the files that go into it by name."""

    name: str
    files: tuple[Path, ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An app's document as it stands in its file, and the datasets beside it."""

    document: Path
    datasets: tuple[DatasetFolder, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type the document is sent with."""
        return "application/json" if self.document.suffix == ".json" else "application/yaml"


def read_target(text: str) -> Target | None:
    """Return what `text` names in the file system; None when it is no path, so perhaps an app.

    Raises:
        click.UsageError: A folder without an app file.
    """
    path = Path(text)
    if path.is_file():
        return Target(document=path)
    if not path.is_dir():
        if path.suffix in {".yaml", ".yml", ".json"} or "/" in text:
            raise click.UsageError(f"There is no file {text}.")
        return None
    for name in APP_FILES:
        if (path / name).is_file():
            return Target(document=path / name, datasets=tuple(_datasets(path / "datasets")))
    raise click.UsageError(f"{text} holds no app: one of {', '.join(APP_FILES)} is expected.")


def _datasets(folder: Path) -> list[DatasetFolder]:
    if not folder.is_dir():
        return []
    return [
        DatasetFolder(name=entry.name, files=files_below(entry))
        for entry in sorted(folder.iterdir())
        if entry.is_dir() and not entry.name.startswith(_IGNORED_PREFIXES)
    ]


def files_below(folder: Path) -> tuple[Path, ...]:
    """Return every file below a folder, in order; hidden ones are left out."""
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(p.startswith(_IGNORED_PREFIXES) for p in path.relative_to(folder).parts)
    )

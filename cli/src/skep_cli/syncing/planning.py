"""What a folder holds, what a dataset has of it, and what must be done for both to agree."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_cli.targets import files_below

FOLDER_FIELD: Final = "folder"
"""The metadata field that says which folder a document came from; only such are ever deleted."""
PATH_FIELD: Final = "path"
_BETWEEN: Final = " · "
_MAX_NAME: Final = 255
_PIECE_BYTES: Final = 1 << 20


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file below the folder. `path` is relative, with slashes on every system."""

    file: Path
    path: str

    @property
    def document(self) -> str:
        """The name of its document: names hold no slashes, and equal file names stay apart."""
        name = self.path.replace("/", _BETWEEN)
        # The server would leave these out, and the next sync would not find the document again.
        return "".join(c for c in name if c.isprintable()).strip(" .")


class Plan(msgspec.Struct, kw_only=True):
    """What a sync does. `failures` holds reasons by path; these files keep their document."""

    added: list[LocalFile] = []
    changed: list[LocalFile] = []
    unchanged: list[LocalFile] = []
    deleted: list[dict[str, Any]] = []
    """Documents whose file is gone."""
    failures: dict[str, str] = {}


def local_files(folder: Path) -> list[LocalFile]:
    """Return the files below a folder, in order.

    Hidden ones are left out, and links that lead out of the folder: what is synced may be a
    stranger's repository.
    """
    inside = folder.resolve()
    return [
        LocalFile(file=file, path=file.relative_to(folder).as_posix())
        for file in files_below(folder)
        if file.resolve().is_relative_to(inside)
    ]


def plan_sync(
    files: Iterable[LocalFile], documents: Iterable[Mapping[str, Any]], *, label: str
) -> Plan:
    """Compare files with documents by name and content hash. Reads every file once.

    A document that came from a folder of another label is never replaced or deleted.
    """
    by_name = {str(document["name"]): document for document in documents}
    plan = Plan()
    seen: set[str] = set()
    for local in files:
        known = by_name.get(local.document)
        if not 0 < len(local.document) <= _MAX_NAME:
            plan.failures[local.path] = f"a document's name has 1 to {_MAX_NAME} characters"
        elif local.document in seen:
            plan.failures[local.path] = f"another file is called {local.document!r} already"
        elif known is None:
            plan.added.append(local)
        elif (other := _folder(known)) not in {None, label}:
            plan.failures[local.path] = f"the folder {other!r} has a document of that name"
        else:
            _compare(local, known, plan)
        seen.add(local.document)
    plan.deleted = [
        dict(document)
        for name, document in by_name.items()
        if name not in seen and _folder(document) == label
    ]
    return plan


def _compare(local: LocalFile, known: Mapping[str, Any], plan: Plan) -> None:
    try:
        is_same = _content_hash(local.file) == known["content_hash"]
    except OSError as error:
        plan.failures[local.path] = _reason(error)
        return
    if not is_same:
        plan.changed.append(local)
        return
    plan.unchanged.append(local)
    if known["status"] == "failed":
        plan.failures[local.path] = str(known.get("error") or "no reason given")


def _folder(document: Mapping[str, Any]) -> str | None:
    found = document.get("metadata", {}).get(FOLDER_FIELD)
    return found if isinstance(found, str) else None


def _content_hash(file: Path) -> str:
    with file.open("rb") as content:
        sha256 = hashlib.sha256()
        while piece := content.read(_PIECE_BYTES):
            sha256.update(piece)
    return sha256.hexdigest()


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"

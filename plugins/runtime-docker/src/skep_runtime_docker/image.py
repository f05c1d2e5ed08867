"""The image that containers start from: an interpreter, our programs, and nothing else."""

import hashlib
import importlib.util
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from skep_contracts.plugins.runtimes import ImageOrder
from skep_contracts.problems import InvalidInput, Unavailable
from skep_runtime_docker.engine import Engine

LABEL: Final = "skep.sandbox.programs"
"""Carries the digest of the programs, so that an image of another version is told apart."""

_PROGRAMS: Final = Path(__file__).parent / "programs"
_INSIDE: Final = ("__init__.py", "keeper.py", "system_calls.py", "walls.py")
_GUESTS: Final = "skep_runtime_bubblewrap.programs"
"""What reads user code and calls its `main`, in every runtime alike: files of another distribution,
taken from where it is installed and never imported here (ADR 19)."""
_GUEST_FILES: Final = (
    *("__init__.py", "channel.py", "python.py", "javascript.py", "prelude.js", "web.js"),
)
_ENGINE: Final = "_quickjs"
_COLLECT: Final = "collect.py"
_COLLECT_TIMEOUT_S: Final = 300.0
_ANYWHERE: Final = "python:3.13-slim"
"""Where there is no Linux interpreter at hand: the engine fetches one."""

_PRELOADED: Final = (
    *("base64", "bisect", "calendar", "collections", "copy", "csv", "dataclasses", "datetime"),
    *("decimal", "enum", "fractions", "functools", "hashlib", "heapq", "hmac", "html", "io"),
    *("itertools", "json", "math", "operator", "random", "re", "secrets", "statistics", "string"),
    *("textwrap", "time", "traceback", "types", "typing", "unicodedata", "urllib.parse", "uuid"),
    *("zlib", "zoneinfo"),
)
"""Imported by the keeper, so that a run finds them loaded."""

_CONTENTS: Final = {
    "modules": _PRELOADED,
    "channel": f"{_GUESTS}.channel",
    "guests": {"python": f"{_GUESTS}.python", "javascript": f"{_GUESTS}.javascript"},
}
_FROM_HERE: Final = "FROM scratch\nCOPY root/ /\n"
_FROM_BASE: Final = f"""\
FROM {{base}} AS interpreter
USER 0
COPY {_COLLECT} /skep-collect/
RUN ["python3", "-I", "-S", "/skep-collect/{_COLLECT}", "/skep-collect"]
FROM scratch
COPY --from=interpreter /skep-collect/ /
"""
_REST: Final = """\
COPY skep/ /skep/
ENV LD_LIBRARY_PATH=/lib
USER 65534:65534
WORKDIR /
ENTRYPOINT ["/python/bin/python3", "-I", "-S", "-B", "-X", "utf8", "-c", "import sys; \
sys.path.append('/skep'); from skep_runtime_docker.programs.keeper import main; main('/skep')"]
"""


def digest() -> str:
    """Return what names the version of the programs."""
    found = hashlib.sha256(msgspec.json.encode(_CONTENTS))
    for name in (*_INSIDE, _COLLECT):
        found.update((_PROGRAMS / name).read_bytes())
    guests = _folder_of(_GUESTS)
    for name in _GUEST_FILES:
        found.update((guests / name).read_bytes())
    found.update((_FROM_HERE + _FROM_BASE + _REST).encode())
    return found.hexdigest()[:16]


def build(engine: Engine, name: str, order: ImageOrder) -> Iterator[str]:
    """Build the image called `name`; yields what the engine says. Blocks.

    Raises:
        InvalidInput: `order` names a base that cannot be one.
        Unavailable: The engine cannot be reached, or the build failed; says why.
    """
    base = order.base or (None if sys.platform == "linux" else _ANYWHERE)
    if base is not None and any(letter.isspace() for letter in base):
        raise InvalidInput(f"{base!r} is not the name of an image.")
    engine.about()  # before the work, not after it
    with tempfile.TemporaryDirectory(prefix="skep-image-") as folder:
        context = Path(folder, "context")
        _fill(context, base)
        if base is None:
            yield f"Collecting the interpreter {_interpreter()} …"
            _collect(context / "root")
        with tempfile.TemporaryFile() as packed:
            _pack(context, packed)
            yield from engine.build(packed, tag=name, labels={LABEL: digest()})
    yield f"Built {name}."


def _folder_of(package: str) -> Path:
    """Return where a package is installed, without importing it."""
    top, _, rest = package.partition(".")
    found = importlib.util.find_spec(top)
    if found is None or not found.submodule_search_locations:
        raise Unavailable(
            f"The package {top} is not installed; its programs go into the image. "
            "Install skep-runtime-bubblewrap."
        )
    return Path(found.submodule_search_locations[0], *rest.split("."))


def _fill(context: Path, base: str | None) -> None:
    inside = context / "skep"
    _copy_package(_PROGRAMS, _INSIDE, inside / "skep_runtime_docker" / "programs")
    _copy_package(_folder_of(_GUESTS), _GUEST_FILES, inside.joinpath(*_GUESTS.split(".")))
    (inside / "contents.json").write_bytes(msgspec.json.encode(_CONTENTS))
    engine = importlib.util.find_spec(_ENGINE)
    if engine is not None and engine.origin is not None:
        name = Path(engine.origin).name
        (inside / name).write_bytes(Path(engine.origin).read_bytes())
    (context / _COLLECT).write_bytes((_PROGRAMS / _COLLECT).read_bytes())
    first = _FROM_HERE if base is None else _FROM_BASE.format(base=base)
    (context / "Dockerfile").write_text(first + _REST, encoding="utf-8")


def _copy_package(source: Path, names: tuple[str, ...], target: Path) -> None:
    """Copy some of a package's modules; the package above it has none of its own inside."""
    target.mkdir(parents=True)
    (target.parent / "__init__.py").touch()
    for name in names:
        (target / name).write_bytes((source / name).read_bytes())


def _interpreter() -> str:
    return getattr(sys, "_base_executable", None) or sys.executable


def _collect(root: Path) -> None:
    root.mkdir()
    done = subprocess.run(
        [_interpreter(), "-I", "-S", str(_PROGRAMS / _COLLECT), str(root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_COLLECT_TIMEOUT_S,
    )
    if done.returncode:
        raise Unavailable(
            f"The interpreter {_interpreter()} cannot be copied into an image "
            f"({done.stderr.strip()[-300:]}). Name an image with Python in it: "
            f"--base {_ANYWHERE}."
        )


def _pack(context: Path, packed: IO[bytes]) -> None:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        """Have everything belong to root and readable to all, whoever builds."""
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(context, arcname=".", filter=plain)
    packed.seek(0)


def describe(attributes: dict[str, Any]) -> str:
    """Return the digest that an image carries, empty when it is not one of ours."""
    labels = (attributes.get("Config") or {}).get("Labels") or {}
    return str(labels.get(LABEL, ""))

"""Package environments of the sandbox: what an operator defines, and what a build leaves behind.

A folder holds one folder for each environment, called as code nodes call it. The operator puts
`requirements.lock` there: every package with its version and hash, in pip's format. An optional
`environment.toml` says with `preload` which modules are loaded ahead of runs; otherwise all are. A
build adds `built.json` and the folder that it names, which runtimes mount read-only.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.problems import InvalidInput, did_you_mean

LOCK_FILE: Final = "requirements.lock"
OPTIONS_FILE: Final = "environment.toml"
BUILD_FILE: Final = "built.json"
BUILD_COMMAND: Final = "skep sandbox build-environment"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\Z")
_MAX_BUILD_FILE: Final = 1024 * 1024


class EnvironmentOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `environment.toml` may say."""

    preload: tuple[str, ...] | None = None
    """Modules to import before any run; all that the packages bring when None."""


class EnvironmentBuild(msgspec.Struct, frozen=True, kw_only=True):
    """What `built.json` says of the last build."""

    folder: str
    """Where the packages are, inside the folder of the environment."""
    python: tuple[int, int]
    """The version of Python that they are for."""
    lock_sha256: str
    """Of the lock file that they come from."""
    preload: tuple[str, ...]
    packages: tuple[str, ...]
    """Names with versions."""


def is_environment_name(name: str) -> bool:
    """Tell whether an environment may be called so; nothing that leaves the folder may."""
    return _NAME.match(name) is not None and ".." not in name


def environment_names(folder: Path) -> list[str]:
    """Return the names of the environments that are defined in `folder`, built or not."""
    try:
        found = [path.name for path in folder.iterdir() if (path / LOCK_FILE).is_file()]
    except OSError:
        return []
    return sorted(filter(is_environment_name, found))


def read_build(folder: Path, name: str) -> EnvironmentBuild | None:
    """Return the last build of an environment; None when there is none."""
    try:
        with (folder / name / BUILD_FILE).open("rb") as file:
            build = msgspec.json.decode(file.read(_MAX_BUILD_FILE), type=EnvironmentBuild)
    except (OSError, msgspec.DecodeError):
        return None
    return build if is_environment_name(build.folder) else None


def find_build(
    folder: Path | None, name: str, python: Sequence[int]
) -> tuple[Path, EnvironmentBuild]:
    """Return where the packages of an environment are, and what its build says of them.

    Raises:
        InvalidInput: It is not defined, not built, or built for another Python than `python`; the
            detail says what to do.
    """
    names = environment_names(folder) if folder is not None else []
    shown = name[:64]
    if folder is None or name not in names:
        offers = f"There are: {', '.join(names)}." if names else "None is defined."
        hint = did_you_mean(name, names) or "."
        raise InvalidInput(
            f"There is no package environment {shown}{hint} {offers}", code="unknown_environment"
        )
    build = read_build(folder, name)
    remedy = f"The operator builds it with: {BUILD_COMMAND} {shown}"
    if build is None or not (folder / name / build.folder).is_dir():
        raise InvalidInput(
            f"The package environment {shown} is defined but has not been built. {remedy}",
            code="environment_not_built",
        )
    if build.python != tuple(python[:2]):
        built, wanted = (".".join(map(str, version)) for version in (build.python, python[:2]))
        raise InvalidInput(
            f"The package environment {shown} was built for Python {built}, and the sandbox runs "
            f"{wanted}. {remedy}",
            code="environment_not_built",
        )
    return folder / name / build.folder, build

"""Builds package environments for code nodes, from lock files, where the sandbox finds them."""

import fcntl
import hashlib
import importlib.metadata
import json
import os
import secrets
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import msgspec
from uv import find_uv_bin

from skep_cli.output import counted, print_json
from skep_cli.stack.layout import Layout, default_data_dir
from skep_contracts.plugins.environments import (
    BUILD_FILE,
    LOCK_FILE,
    OPTIONS_FILE,
    EnvironmentBuild,
    EnvironmentOptions,
    environment_names,
    is_environment_name,
    read_build,
)

_RUNTIME: Final = "bubblewrap"
_BUILDING: Final = ".building"
_NOT_LOADED: Final = frozenset({"test", "tests", "conftest", "setup", "docs", "examples"})
_MAX_PRELOADED: Final = 200

_directory = click.option(
    "--directory",
    envvar="SKEP_SANDBOX_ENVIRONMENTS",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of environments. Default: where `skep up` has its sandbox look.",
)


@click.command("build-environment")
@click.argument("name")
@_directory
@click.option(
    "--python",
    default=sys.executable,
    help="The interpreter that runs code in the sandbox. Default: the one that runs Skep.",
)
def build_environment(*, name: str, directory: Path | None, python: str) -> None:
    """Install the packages of the environment NAME for code nodes, exactly as its lock file says.

    Reads NAME/requirements.lock, which gives each package with version and hash. Only wheels are
    installed, so nothing of a package runs while it is built. Runs that have begun go on with the
    packages they began with; later ones get the new.
    """
    folder = _folder(directory)
    lock = _lock_file(folder, name)
    with _alone(folder / name):
        build = _build(folder / name, lock, python)
    size = sum(path.stat().st_size for path in (folder / name / build.folder).rglob("*"))
    click.echo(
        f"{name} is built for Python {'.'.join(map(str, build.python))}: "
        f"{counted(len(build.packages), 'package')}, {size / 1e6:.3g} MB. "
        f"Code nodes use it with environment: {name}"
    )


@click.command("environments")
@_directory
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_environments(*, directory: Path | None, as_json: bool) -> None:
    """List the package environments of code nodes, and whether they are built."""
    folder = _folder(directory)
    found = [_state(folder, name) for name in environment_names(folder)]
    if as_json:
        print_json({"directory": str(folder), "items": found})
        return
    for item in found:
        click.echo(f"{item['name']:<24} {item['state']}")
    if not found:
        click.echo(f"No environment is defined in {folder}.")


def _folder(directory: Path | None) -> Path:
    if directory is not None:
        return directory.resolve()
    return Layout(default_data_dir()).plugin_data_dir / _RUNTIME / "environments"


def _state(folder: Path, name: str) -> dict[str, object]:
    build = read_build(folder, name)
    if build is None:
        return {"name": name, "state": "not built", "packages": []}
    is_current = build.lock_sha256 == _digest(folder / name / LOCK_FILE)
    return {
        "name": name,
        "state": "built" if is_current else "built from another lock file: build it anew",
        "packages": list(build.packages),
    }


def _lock_file(folder: Path, name: str) -> Path:
    if not is_environment_name(name):
        raise click.ClickException(
            f"{name!r} cannot be the name of an environment: lower-case letters, digits, -, _ and ."
        )
    lock = folder / name / LOCK_FILE
    if not lock.is_file():
        raise click.ClickException(
            f"There is no {lock}. It lists every package with its version and hash; make it with: "
            f"uv pip compile --generate-hashes requirements.in --output-file {lock}"
        )
    return lock


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the environment, so that no two builds of it get in each other's way."""
    with (home / ".lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(f"{home.name} is being built already.") from None
        yield


def _build(home: Path, lock: Path, python: str) -> EnvironmentBuild:
    options = _options(home / OPTIONS_FILE)
    digest = _digest(lock)
    staging = home / _BUILDING
    shutil.rmtree(staging, ignore_errors=True)
    try:
        version = _version_of(python)
        _install(lock, staging, python)
        _let_everybody_read(staging)
        distributions = list(importlib.metadata.distributions(path=[str(staging)]))
        build = EnvironmentBuild(
            folder=f"build-{digest[:12]}-{secrets.token_hex(3)}",
            python=version,
            lock_sha256=digest,
            preload=_modules(distributions) if options.preload is None else options.preload,
            packages=tuple(sorted(f"{d.metadata['Name']} {d.version}" for d in distributions)),
        )
        staging.rename(home / build.folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    before = read_build(home.parent, home.name)
    _replace(home / BUILD_FILE, msgspec.json.format(msgspec.json.encode(build), indent=2))
    kept = {build.folder, before.folder if before else ""}  # runs may still use the one before
    for old in home.glob("build-*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
    return build


def _options(path: Path) -> EnvironmentOptions:
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        return msgspec.convert(tomllib.loads(text), EnvironmentOptions)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be used: {error}.") from error


def _version_of(python: str) -> tuple[int, int]:
    question = "import json, sys; print(json.dumps(sys.version_info[:2]))"
    try:
        done = subprocess.run([python, "-I", "-c", question], capture_output=True, check=True)
        return msgspec.convert(json.loads(done.stdout), tuple[int, int])
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise click.ClickException(f"{python} is no Python that can be started.") from error


def _install(lock: Path, target: Path, python: str) -> None:
    order = [
        *(find_uv_bin(), "pip", "install", "--quiet", "--python", python, "--target", str(target)),
        *("--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"),
        *("--compile-bytecode", "--requirement", str(lock)),
    ]
    done = subprocess.run(order, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(
            f"The packages could not be installed:\n{(done.stderr or done.stdout).strip()}"
        )
    target.mkdir(exist_ok=True)  # of a lock file without packages


def _let_everybody_read(folder: Path) -> None:
    """Let the user that the sandbox runs as read it; inside, it is mounted read-only."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def _modules(distributions: list[importlib.metadata.Distribution]) -> tuple[str, ...]:
    """Return what can be imported: packages, and modules outside of any."""
    names = set()
    for file in (file for found in distributions for file in found.files or ()):
        top, *below = file.parts
        is_module = file.suffix in {".py", ".so"} and not below
        if is_module or below == ["__init__.py"]:
            names.add(top.partition(".")[0])
    usable = (n for n in names if n.isidentifier() and n[0] != "_" and n not in _NOT_LOADED)
    return tuple(sorted(usable)[:_MAX_PRELOADED])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o644)
    beside.replace(path)

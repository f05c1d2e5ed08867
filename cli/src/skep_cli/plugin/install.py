"""Puts a plugin distribution into a directory of its own, beside the environment Skep runs in.

Each plugin gets ``<plugins>/<name>/``, filled as with ``pip install --target``: only the plugin and
what the environment lacks. Removing it is removing the folder; nothing of Skep's own changes.
"""

import importlib.metadata
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import msgspec
from packaging.requirements import InvalidRequirement, Requirement

_GROUP_PREFIX = "skep."


class InstalledPlugin(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution in the plugins directory."""

    name: str
    version: str
    groups: tuple[str, ...]


def installer() -> list[str]:
    """Return the command that installs distributions: uv where it is, else pip."""
    try:
        from uv import find_uv_bin
    except ImportError:
        return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [find_uv_bin(), "pip", "install", "--quiet", "--python", sys.executable]


def _run(arguments: list[str]) -> None:
    done = subprocess.run(  # the operator's own command line
        [*installer(), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(
            "The plugin could not be installed:\n" + (done.stderr or done.stdout).strip()
        )


def install(source: str, plugins_dir: Path) -> InstalledPlugin:
    """Install from a folder, an archive or an index name, replacing an older version.

    Raises:
        click.ClickException: It cannot be built or found, or it offers no Skep entry point.
    """
    staging = plugins_dir / ".staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        local = Path(source)
        _run(
            [
                "--target",
                str(staging),
                "--no-deps",
                str(local.resolve()) if local.exists() else source,
            ]
        )
        plugin, requirements = _read(staging)
        missing = [str(need) for need in requirements if not _is_satisfied(need)]
        if missing:
            _run(["--target", str(staging), *missing])
        final = plugins_dir / plugin.name
        shutil.rmtree(final, ignore_errors=True)
        staging.rename(final)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return plugin


def _read(directory: Path) -> tuple[InstalledPlugin, list[Requirement]]:
    for distribution in importlib.metadata.distributions(path=[str(directory)]):
        groups = sorted(
            {e.group for e in distribution.entry_points if e.group.startswith(_GROUP_PREFIX)}
        )
        if groups:
            plugin = InstalledPlugin(
                name=normalise(distribution.metadata["Name"]),
                version=distribution.version,
                groups=tuple(groups),
            )
            return plugin, [Requirement(text) for text in distribution.requires or ()]
    raise click.ClickException(
        "This is not a Skep plugin: it declares no entry point in a group such as `skep.nodes`."
    )


def _is_satisfied(need: Requirement) -> bool:
    if need.marker and not need.marker.evaluate():
        return True
    try:
        return need.specifier.contains(importlib.metadata.version(need.name), prereleases=True)
    except (importlib.metadata.PackageNotFoundError, InvalidRequirement):
        return False


def normalise(name: str) -> str:
    """Return a distribution's name the way indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def remove(name: str, plugins_dir: Path) -> bool:
    """Delete an installed plugin; tell whether there was one."""
    folder = plugins_dir / normalise(name)
    if not folder.is_dir() or folder.parent != plugins_dir:
        return False
    shutil.rmtree(folder)
    return True


def installed(plugins_dir: Path) -> list[InstalledPlugin]:
    """Return what is in the plugins directory, by name."""
    found = []
    for folder in sorted(plugins_dir.glob("*/")):
        if not folder.name.startswith("."):
            try:
                found.append(_read(folder)[0])
            except click.ClickException:
                continue
    return found

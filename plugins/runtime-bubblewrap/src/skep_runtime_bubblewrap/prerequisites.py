"""What a machine must have before anything can be tried, and how to get what is missing."""

import asyncio
import platform
import shutil
import sys
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.plugins.runtimes import Guarantee
from skep_runtime_bubblewrap.seccomp.numbers import MACHINES

_GET_BUBBLEWRAP: Final = (
    "Install the package bubblewrap (apt install bubblewrap, dnf install bubblewrap, "
    "pacman -S bubblewrap, apk add bubblewrap), or name its path in the setting bubblewrap."
)


class _Switch(msgspec.Struct, frozen=True):
    """A setting of the kernel, the value that keeps sandboxes from being made, and the remedy."""

    name: str
    value: str
    advice: str


_SWITCHES: Final = (
    _Switch(
        "user/max_user_namespaces",
        "0",
        "User namespaces are off. Allow them: sysctl -w user.max_user_namespaces=10000.",
    ),
    _Switch(
        "kernel/unprivileged_userns_clone",
        "0",
        "User namespaces are for root only. Allow them: "
        "sysctl -w kernel.unprivileged_userns_clone=1.",
    ),
    _Switch(
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "AppArmor restricts user namespaces. Give bwrap a profile that allows userns, or: "
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.",
    ),
)
_CONTAINER_MARKS: Final = ("/.dockerenv", "/run/.containerenv")
_IN_A_CONTAINER: Final = (
    "In a container, give the sandbox service a seccomp profile that allows user namespaces "
    "(clone, unshare, setns, mount, umount2, pivot_root; or security_opt seccomp=unconfined) and, "
    "with AppArmor, security_opt apparmor=unconfined; or use another sandbox runtime."
)
_VERSION_TIMEOUT_S: Final = 10.0


def platform_guarantee() -> Guarantee:
    """Tell whether there is a filter for this kind of machine."""
    machine = platform.machine()
    holds = sys.platform == "linux" and machine in MACHINES
    return Guarantee(
        name="platform",
        holds=holds,
        detail=f"Linux on {machine}"
        if holds
        else f"This runtime needs Linux on {' or '.join(MACHINES)}; this is {sys.platform} on "
        f"{machine}. Use another sandbox runtime.",
    )


async def find_bubblewrap(configured: str | None) -> tuple[str | None, Guarantee]:
    """Return the path of a bubblewrap that starts, or None, and what to say about it."""
    path = configured or shutil.which("bwrap")
    if path is None:
        return None, _missing(f"bubblewrap is not installed. {_GET_BUBBLEWRAP}")
    try:
        process = await asyncio.create_subprocess_exec(
            path,
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(_VERSION_TIMEOUT_S):
            output, _ = await process.communicate()
    except (OSError, TimeoutError):
        return None, _missing(f"bubblewrap at {path} cannot be started. {_GET_BUBBLEWRAP}")
    if process.returncode != 0:
        return None, _missing(f"bubblewrap at {path} does not work. {_GET_BUBBLEWRAP}")
    version = output.decode(errors="replace").strip()
    return path, Guarantee(name="bubblewrap", holds=True, detail=f"{version} at {path}")


def explain(said: str) -> str:
    """Turn what bubblewrap said when it did not start into what to do about it."""
    advice = [switch.advice for switch in _SWITCHES if _read(switch.name) == switch.value]
    if any(Path(mark).exists() for mark in _CONTAINER_MARKS):
        advice.append(_IN_A_CONTAINER)
    if "Permission denied" in said and not advice:
        advice.append(
            "A file of the interpreter cannot be read by the user that the sandbox runs as; "
            "make it readable for all, or name another interpreter in the setting python."
        )
    return " ".join([f"The sandbox did not start ({said[-300:]}).", *advice])


def _read(name: str) -> str | None:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return None


def _missing(detail: str) -> Guarantee:
    return Guarantee(name="bubblewrap", holds=False, detail=detail)

"""Outside the sandbox: becomes an unprivileged user if it is root, then becomes bubblewrap.

The files that the sandbox is made of may lie where only root can look. So root binds them to a
place of this process's own mount namespace first; others neither see nor inherit any of it.
Reads one JSON object from its argument.
"""

import ctypes
import json
import os
import stat
import sys
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_ALL_USERS = ["0", "0", "4294967295"]
_STAGE = "/tmp"  # noqa: S108  # exists everywhere; covered in this mount namespace only

_libc = ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: str, kind: str | None, *, flags: int, options: str = "") -> None:
    status = _libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode(),
    )
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount {target}: {os.strerror(number)}")


def stage(paths: list[str]) -> list[str]:
    """Bind files and folders where everyone can look; return where, or `paths` if it cannot."""
    if _libc.unshare(_CLONE_NEWNS) != 0:
        return paths  # root, but without the right to mount
    descriptors = [os.open(path, os.O_PATH) for path in paths]
    try:
        _mount("none", "/", None, flags=_MS_REC | _MS_PRIVATE)
        _mount("tmpfs", _STAGE, "tmpfs", flags=0, options="mode=0755")
        staged = []
        for number, descriptor in enumerate(descriptors):
            target = f"{_STAGE}/{number}"
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                Path(target).mkdir()
            else:
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
            _mount(f"/proc/self/fd/{descriptor}", target, None, flags=_MS_BIND | _MS_REC)
            staged.append(target)
        return staged
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def leave_root(uid: int) -> None:
    """Become an unprivileged user for good."""
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError:
        # Root of a user namespace that has no such user is an ordinary user outside already.
        if Path("/proc/self/uid_map").read_text(encoding="ascii").split() == _ALL_USERS:
            raise


def main() -> None:
    """Drop privileges, write out the binds, and go over to bubblewrap."""
    order = json.loads(sys.argv[1])
    for entrance in order["entrances"]:
        Path(entrance).write_text(str(os.getpid()), encoding="ascii")
    program, sources = order["program"], [source for source, _ in order["binds"]]
    if os.geteuid() == 0:
        program, *sources = stage([program, *sources])
        leave_root(order["uid"])
    binds = []
    for source, (_, target) in zip(sources, order["binds"], strict=True):
        binds += ["--ro-bind", source, target]
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    command = [order["program"], *order["before"], *binds, *order["after"]]
    os.execve(program, command, {})  # noqa: S606  # this is how it becomes bubblewrap


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"launch: {error}")

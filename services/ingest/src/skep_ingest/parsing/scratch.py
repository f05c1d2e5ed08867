"""Folders for documents that are being parsed; none outlives the process that made it."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LOCK: Final = ".lock"
_PREFIX: Final = "worker-"


class Scratch:
    """A folder of this process with one folder in it for each document.

    What a killed process left behind is removed by the next: a folder whose lock nobody holds.
    """

    def __init__(self, root: str | None) -> None:
        """Use `root`, or a place among the system's temporary files; made when first needed."""
        place = Path(root) if root else Path(tempfile.gettempdir()) / f"skep-ingest-{os.getuid()}"
        self._root = place
        self._folder: Path | None = None
        self._lock = -1

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """Make a folder for one document, and remove it afterwards. Blocks briefly."""
        if self._folder is None:
            self._folder = self._open()
        path = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def _open(self) -> Path:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._root.stat().st_uid != os.getuid():
            raise PermissionError(f"{self._root} belongs to another user")
        self._sweep()
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._root))
        self._lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return folder

    def _sweep(self) -> None:
        for folder in self._root.glob(f"{_PREFIX}*"):
            with contextlib.suppress(OSError):
                lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)

    def close(self) -> None:
        """Remove the folder of this process."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)
            self._folder = None

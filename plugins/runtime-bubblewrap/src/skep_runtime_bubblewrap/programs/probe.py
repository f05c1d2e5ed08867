"""Outside the sandbox: tells which files an interpreter needs, by loading all of its own modules.

Run by that very interpreter, isolated and without site. Prints JSON.
"""

import contextlib
import ctypes
import importlib
import json
import os
import sys
import sysconfig
from pathlib import Path

# What needs a terminal, a screen or the accounts of a machine has no place in a sandbox.
_LEFT_OUT = (
    "_curses",
    "_dbm",
    "_gdbm",
    "_test",
    "_tkinter",
    "_xxtest",
    "nis",
    "readline",
    "spwd",
    "xx",
)
# What compiled packages may expect of a system (PEP 600), and the engine of JavaScript does.
_EXPECTED = (
    *("libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libutil.so.1"),
    *("libgcc_s.so.1", "libstdc++.so.6", "libatomic.so.1", "libz.so.1", "libexpat.so.1"),
)


class _Loaded(ctypes.Structure):
    _fields_ = (("address", ctypes.c_void_p), ("name", ctypes.c_char_p))


def load_everything(folder: Path) -> None:
    """Import the extension modules in `folder`, so that their libraries are loaded."""
    for name in sorted(path.name for path in folder.iterdir()):
        module = name.partition(".")[0]
        if ".so" in name and not module.startswith(_LEFT_OUT):
            # A module whose library is missing here is missing inside too.
            with contextlib.suppress(Exception):
                importlib.import_module(module)


def load_expected() -> None:
    """Load what packages may expect, as far as it is here."""
    for name in _EXPECTED:
        with contextlib.suppress(OSError):
            ctypes.CDLL(name)


def loaded_libraries() -> list[str]:
    """Return the paths of the loaded shared objects, as the loader knows them."""
    names: list[str] = []

    def note(entry: "ctypes._Pointer[_Loaded]", _size: int, _data: object) -> int:
        name = entry.contents.name
        if name:
            names.append(os.fsdecode(name))
        return 0

    callback = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(_Loaded), ctypes.c_size_t, ctypes.c_void_p
    )
    ctypes.CDLL(None).dl_iterate_phdr(callback(note), None)
    return [name for name in names if name.startswith("/")]


def main() -> None:
    """Print what the sandbox needs to know."""
    standard = Path(os.__file__).parent
    places = [sysconfig.get_config_var("DESTSHARED"), standard / "lib-dynload"]
    extensions = next((Path(place) for place in places if place and Path(place).is_dir()), None)
    if extensions:
        load_everything(extensions)
    load_expected()
    libraries = [name for name in loaded_libraries() if Path(name).parent != extensions]
    json.dump(
        {
            "version": list(sys.version_info[:3]),
            "executable": str(Path(sys.executable).resolve()),
            "standard": str(standard),
            "extensions": str(extensions or ""),
            "folder": sys.platlibdir,
            "libraries": libraries,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()

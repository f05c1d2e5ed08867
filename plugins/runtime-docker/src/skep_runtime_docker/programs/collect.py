"""While an image is built: copies an interpreter and what it needs into the image's root.

Run by that very interpreter, isolated and without site; its argument is the folder. Nothing else of
the system it comes from gets into the image: no shell, no tools, no accounts, no packages.
"""

import compileall
import contextlib
import ctypes
import importlib
import os
import shutil
import sys
import sysconfig
from pathlib import Path

HOME = "python"
_ZONES = "usr/share/zoneinfo"
# What needs a terminal, a screen or the accounts of a machine has no place in a sandbox.
_EXTENSIONS_LEFT_OUT = (
    *("_curses", "_dbm", "_gdbm", "_test", "_tkinter", "_xxtest", "nis", "readline", "spwd", "xx"),
)
_FOLDERS_LEFT_OUT = {
    *("site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo"),
    *("ensurepip", "lib2to3", "pydoc_data", "__phello__", "__pycache__"),
}
# What the engine of JavaScript, compiled for any Linux, may expect (PEP 600).
_EXPECTED = ("libpthread.so.0", "libdl.so.2", "libm.so.6", "librt.so.1")
_ZONES_LEFT_OUT = {"posix", "right"}  # the same once more, and with leap seconds


class _Loaded(ctypes.Structure):
    _fields_ = (("address", ctypes.c_void_p), ("name", ctypes.c_char_p))


def load_everything(folder: Path) -> None:
    """Import the extension modules in `folder`, so that their libraries are loaded."""
    for name in sorted(path.name for path in folder.iterdir()):
        module = name.partition(".")[0]
        if ".so" in name and not module.startswith(_EXTENSIONS_LEFT_OUT):
            # A module whose library is missing here is missing in the image too.
            with contextlib.suppress(Exception):
                importlib.import_module(module)


def load_expected() -> None:
    """Load what the engine may expect, as far as it is here."""
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


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source.resolve(), target)
    target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def _copy_standard_library(
    standard: Path, extensions: Path | None, target: Path, *, inside: str
) -> None:
    def left_out(folder: str, names: list[str]) -> set[str]:
        unwanted = {name for name in names if name in _FOLDERS_LEFT_OUT}
        unwanted |= {name for name in names if name.startswith("config-") or name.endswith(".a")}
        if extensions is not None and Path(folder) == extensions:
            unwanted |= {name for name in names if name.startswith(_EXTENSIONS_LEFT_OUT)}
        return unwanted

    shutil.copytree(standard, target, ignore=left_out, symlinks=False)
    for folder, names, files in os.walk(target):
        for name in names:
            Path(folder, name).chmod(0o755)
        for name in files:
            Path(folder, name).chmod(0o644)
    # The root is read-only where it runs: what Python would keep of its library is made here.
    compileall.compile_dir(target, ddir=inside, quiet=2, workers=0)


def main() -> None:
    """Fill the folder."""
    root = Path(sys.argv[1])
    standard = Path(os.__file__).parent
    places = [sysconfig.get_config_var("DESTSHARED"), standard / "lib-dynload"]
    extensions = next((Path(place) for place in places if place and Path(place).is_dir()), None)
    if extensions is not None and not extensions.is_relative_to(standard):
        sys.exit(f"the extension modules of {sys.executable} lie outside its library: {extensions}")
    if extensions is not None:
        load_everything(extensions)
    load_expected()
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = f"{HOME}/{sys.platlibdir}/{version}"
    _copy_standard_library(standard, extensions, root / library, inside=f"/{library}")
    _copy(Path(sys.executable), root / HOME / "bin" / version)
    (root / HOME / "bin" / "python3").symlink_to(version)
    for name in loaded_libraries():
        path = Path(name)
        if extensions is None or path.parent != extensions:
            # The loader stays where programs expect it.
            _copy(path, root / (name[1:] if path.name.startswith("ld") else f"lib/{path.name}"))
    zones = Path("/", _ZONES)
    if zones.is_dir():
        shutil.copytree(
            zones, root / _ZONES, ignore=shutil.ignore_patterns(*_ZONES_LEFT_OUT), symlinks=False
        )
    for name in ("tmp", "dev", "proc", "sys", "etc"):
        (root / name).mkdir(exist_ok=True)


if __name__ == "__main__":
    main()

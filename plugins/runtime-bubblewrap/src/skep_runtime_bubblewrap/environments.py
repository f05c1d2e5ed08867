"""The package environments that an operator has built, as outfits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from skep_contracts.plugins.environments import environment_names, find_build, read_build
from skep_runtime_bubblewrap import outfits
from skep_runtime_bubblewrap.interpreter import Bind
from skep_runtime_bubblewrap.outfits import Outfit

_PACKAGES: Final = "/packages"


class Environments:
    """Looks into the folder of environments, anew each time: a build counts at once."""

    def __init__(self, folder: str | None) -> None:
        """Use `folder`; None for no environments."""
        self._folder = Path(folder) if folder else None

    def built(self) -> tuple[str, ...]:
        """Return the names of those that have been built."""
        if self._folder is None:
            return ()
        names = environment_names(self._folder)
        return tuple(name for name in names if read_build(self._folder, name) is not None)

    def outfit(self, name: str, version: Sequence[int]) -> Outfit:
        """Return what runs with the packages of an environment get, in Python `version`.

        Raises:
            InvalidInput: It is not defined, not built, or built for another Python.
        """
        packages, build = find_build(self._folder, name, version)
        bare = outfits.python()
        return Outfit(
            language=bare.language,
            environment=name,
            programs=bare.programs,
            modules=(*bare.modules, *build.preload),
            binds=(Bind(str(packages), _PACKAGES),),
            search=(_PACKAGES,),
        )

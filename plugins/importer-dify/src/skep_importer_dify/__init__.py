"""Reads and writes Dify's app DSL."""

from skep_contracts.plugins.importers import Importer, ImporterDescription
from skep_contracts.plugins.manifest import hookimpl


@hookimpl
def skep_importers() -> list[ImporterDescription]:
    """Describe the format ``dify``."""
    return [ImporterDescription(name="dify", title="Dify", factory=_make)]


def _make() -> Importer:
    from skep_importer_dify.importer import DifyImporter

    return DifyImporter()

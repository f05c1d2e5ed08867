"""Finds the files that a request names, so that inputs hold them in full."""

from collections.abc import Sequence
from typing import Any, Protocol

from skep_contracts.ids import TenantId
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.values import FileRef
from skep_gateway.runs.files_in_inputs import file_ids, with_refs


class Files(Protocol):
    """Finds the tenant's stored files."""

    async def find(self, tenant: TenantId, file_ids: Sequence[str]) -> dict[str, FileRef]:
        """Return the files by id; unknown ones are left out."""
        ...


class FileLookup:
    """Puts files in the place of their ids."""

    def __init__(self, files: Files) -> None:
        """Look into `files`."""
        self._files = files

    async def resolve(
        self, tenant: TenantId, inputs: dict[str, Any], files: Sequence[str] = (), *, root: str
    ) -> tuple[dict[str, Any], tuple[FileRef, ...]]:
        """Return inputs and files with every file in full, looked up by its id alone.

        Args:
            tenant: Whose files.
            inputs: Values with files in them; they stand in the field `root` of the request.
            files: Ids, of the request's field `files`.
            root: See `inputs`.

        Raises:
            InvalidInput: A file does not exist, or something in the values is half a file.
            TooLarge: There are too many files.
        """
        in_inputs = file_ids(inputs, root=root)
        wanted = {f"/files/{index}": file_id for index, file_id in enumerate(files)}
        wanted |= in_inputs
        if not wanted:
            return inputs, ()
        found = await self._files.find(tenant, list(wanted.values()))
        missing = [
            FieldError(pointer=pointer, message=f"there is no file {file_id:.64}")
            for pointer, file_id in wanted.items()
            if file_id not in found
        ]
        if missing:
            raise InvalidInput(
                "A file does not exist. Upload it first with POST /api/v1/files.", errors=missing
            )
        whole = with_refs(inputs, found) if in_inputs else inputs
        return whole, tuple(found[file_id] for file_id in files)

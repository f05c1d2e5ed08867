"""What a specification may ask for."""

from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import FieldError, InvalidInput

_MAX_CHARS = 100_000
_MAX_SEPARATORS = 16
_MAX_SEPARATOR_CHARS = 16


def check_spec(spec: ChunkSpec) -> None:
    """Refuse what would make endless or countless chunks.

    Raises:
        InvalidInput: With the places at fault.
    """
    faults = []
    if not 1 <= spec.max_chars <= _MAX_CHARS:
        faults.append(("max_chars", f"is between 1 and {_MAX_CHARS:,}"))
    if not 0 <= spec.overlap_chars <= spec.max_chars // 2:
        faults.append(("overlap_chars", "is between 0 and half of max_chars"))
    if len(spec.separators) > _MAX_SEPARATORS:
        faults.append(("separators", f"are at most {_MAX_SEPARATORS}"))
    if any(not 1 <= len(each) <= _MAX_SEPARATOR_CHARS for each in spec.separators):
        faults.append(("separators", f"have 1 to {_MAX_SEPARATOR_CHARS} characters each"))
    if faults:
        raise InvalidInput(
            "The way to split documents cannot be followed: "
            + "; ".join(f"{name} {message}" for name, message in faults)
            + ".",
            errors=[FieldError(pointer=f"/{name}", message=message) for name, message in faults],
            code="invalid_chunk_spec",
        )

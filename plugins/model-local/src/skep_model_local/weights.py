"""The model's files, as the distribution `wordllama` brings them.

Its format is safetensors (https://huggingface.co/docs/safetensors): the length of a header as eight
bytes, the header as JSON, the numbers. Its code is never imported, for that could download.
"""

import importlib.util
import json
import struct
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

_WEIGHTS: Final = "weights/l2_supercat_256.safetensors"
_VOCABULARY: Final = "tokenizers/l2_supercat_tokenizer_config.json"
_LENGTH: Final = struct.Struct("<Q")
_MOST_HEADER_BYTES: Final = 1_000_000


class MissingWeightsError(Exception):
    """The files are not where they should be, or not what they should be."""


def folder() -> Path:
    """Return where the files are.

    Raises:
        MissingWeightsError: The distribution is not installed.
    """
    found = importlib.util.find_spec("wordllama")
    places = found.submodule_search_locations if found is not None else None
    if not places:
        raise MissingWeightsError("the distribution wordllama is not installed")
    return Path(next(iter(places)))


def vocabulary_file() -> Path:
    """Return the tokenizer's file.

    Raises:
        MissingWeightsError: It is not there.
    """
    path = folder() / _VOCABULARY
    if not path.is_file():
        raise MissingWeightsError(f"{path} is missing")
    return path


def vectors_of_tokens() -> npt.NDArray[np.float16]:
    """Map the vectors into memory: one row per token, ``[tokens, dimensions]``.

    Raises:
        MissingWeightsError: The file is not there, or of another form.
    """
    path = folder() / _WEIGHTS
    try:
        with path.open("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            if length > _MOST_HEADER_BYTES:
                raise ValueError("a header of that length")
            header = json.loads(file.read(length))
        entry = header["embedding.weight"]
        if entry["dtype"] != "F16":
            raise ValueError(f"numbers of the type {entry['dtype']}")
        rows, dimensions = entry["shape"]
        offset = _LENGTH.size + length + entry["data_offsets"][0]
        return np.memmap(path, np.float16, mode="r", offset=offset, shape=(rows, dimensions))
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise MissingWeightsError(f"{path} cannot be read: {error}") from error

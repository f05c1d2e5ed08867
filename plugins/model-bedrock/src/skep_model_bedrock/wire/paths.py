"""Where models are called and listed."""

import re
from typing import Final
from urllib.parse import quote

from skep_contracts.problems import InvalidInput

MODELS_PATH: Final = "foundation-models"
PROFILES_PATH: Final = "inference-profiles?maxResults=1000"
_NAME: Final = re.compile(r"[A-Za-z0-9](?!.*(\.\.|//))[A-Za-z0-9.:/_-]{0,2047}")


def model_path(model: str, action: str) -> str:
    """Return where a model is called. Names are ids, ids of inference profiles, or ARNs.

    Raises:
        InvalidInput: No model can have that name.
    """
    if not _NAME.fullmatch(model):
        raise InvalidInput("No model of this provider has such a name.", code="model_not_found")
    # A client leaves colons as they are, so they are signed as they are.
    return f"model/{quote(model, safe=':')}/{action}"

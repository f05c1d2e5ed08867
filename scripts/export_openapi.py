"""Print the gateway's OpenAPI document, made from its routes; nothing is started or connected.

`--digest` prints the SHA-256 of the document instead: what the console's generated client names as
its source.
"""

import hashlib
import json
import sys

from skep_gateway.app import FEATURES
from skep_gateway.serving.application import create_application
from skep_gateway.web.limits import WebSettings


def document() -> str:
    """Return the document as JSON, the same for the same routes."""
    app = create_application(FEATURES, {}, settings=WebSettings())
    return json.dumps(app.openapi(), sort_keys=True, separators=(",", ":"))


def digest() -> str:
    """Return the document's SHA-256."""
    return hashlib.sha256(document().encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest() if "--digest" in sys.argv[1:] else document())

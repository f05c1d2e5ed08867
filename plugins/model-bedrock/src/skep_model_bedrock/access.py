"""The credential form: who calls, and where."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.vendor_wire.address import api_key, base_url
from skep_model_bedrock.aws.signing import Keys

REGION: Final = "us-east-1"
CREDENTIAL_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "region": {
            "type": "string",
            "title": "Region",
            "default": REGION,
            "description": "Where the models run, as in eu-central-1.",
        },
        "api_key": {
            "type": "string",
            "title": "Bedrock API key",
            "writeOnly": True,
            "description": "Either this, or an access key with its secret.",
        },
        "access_key_id": {"type": "string", "title": "Access key id", "writeOnly": True},
        "secret_access_key": {"type": "string", "title": "Secret access key", "writeOnly": True},
        "session_token": {
            "type": "string",
            "title": "Session token",
            "writeOnly": True,
            "description": "With temporary access keys. They end within hours.",
        },
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "format": "uri",
            "description": "Another address of the runtime, such as a VPC endpoint.",
        },
        "control_url": {
            "type": "string",
            "title": "URL of the control plane",
            "format": "uri",
            "description": "Another address of the service that lists models; the base URL when"
            " that is given and this is not.",
        },
    },
    "required": ["region"],
    "additionalProperties": False,
}
_REGION: Final = re.compile(r"[a-z]{2,8}(-[a-z]{1,12}){1,3}-\d{1,2}")


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One credential."""

    region: str
    runtime_url: str
    """Where models are called, without a slash at its end."""
    control_url: str
    """Where models are listed."""
    keys: Keys | None
    """What requests are signed with; None when there is a bearer."""
    bearer: str

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, the longest first."""
        found = [self.bearer]
        if self.keys is not None:
            found += [self.keys.secret, self.keys.session_token, self.keys.id]
        return tuple(sorted(filter(None, found), key=len, reverse=True))


def read_credential(credential: Mapping[str, Any]) -> Access:
    """Return what a credential says.

    Raises:
        InvalidInput: A field holds what it cannot, or says not who calls.
    """
    region = str(credential.get("region") or REGION).strip()
    if len(region) > 40 or not _REGION.fullmatch(region):
        raise InvalidInput(
            f"The region must look like {REGION}.",
            errors=[FieldError(pointer="/region", message="not the name of a region")],
        )
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    given = credential.get("base_url")
    runtime = base_url(credential, default=f"https://bedrock-runtime.{region}.{domain}")
    control = {"base_url": credential.get("control_url")}
    bearer = api_key(credential, is_needed=False)
    return Access(
        region=region,
        runtime_url=runtime,
        control_url=base_url(
            control, default=runtime if given else f"https://bedrock.{region}.{domain}"
        ),
        keys=None if bearer else _keys(credential),
        bearer=bearer,
    )


def _keys(credential: Mapping[str, Any]) -> Keys:
    if not credential.get("access_key_id") and not credential.get("secret_access_key"):
        raise InvalidInput(
            "The credential has neither a Bedrock API key nor an access key.",
            errors=[FieldError(pointer="/api_key", message="required without an access key")],
        )
    return Keys(
        id=api_key(credential, field="access_key_id", is_needed=True),
        secret=api_key(credential, field="secret_access_key", is_needed=True),
        session_token=api_key(credential, field="session_token", is_needed=False),
    )

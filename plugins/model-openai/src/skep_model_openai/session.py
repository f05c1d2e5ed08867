"""One endpoint and one credential of a vendor."""

from collections.abc import Mapping
from typing import Any

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.vendor_wire.address import api_key, base_url
from skep_contracts.vendor_wire.session import VendorSession
from skep_model_openai.vendors.vendor import Vendor


class Session(VendorSession):
    """Sends requests to one vendor of the table, or to another server with its wire."""

    def __init__(
        self, context: PluginContext, credential: Mapping[str, Any], vendor: Vendor
    ) -> None:
        self.vendor = vendor
        url = base_url(
            credential,
            default=vendor.base_url,
            example=vendor.base_url_hint or "https://host/v1",
        )
        is_needed = vendor.key != "optional" and vendor.is_at_home(url)
        key = api_key(credential, is_needed=is_needed)
        headers = _identity(credential, key, vendor)
        super().__init__(
            context,
            base_url=url,
            headers=headers,
            secret=key,
            address_hint="it usually ends in /v1",
        )


def _identity(credential: Mapping[str, Any], key: str, vendor: Vendor) -> dict[str, str]:
    headers = {}
    if key and vendor.key_header:
        headers[vendor.key_header] = key
    elif key:
        headers["authorization"] = f"Bearer {key}"
    for field, header in (
        ("organization", "openai-organization"),
        ("project", "openai-project"),
    ):
        value = str(credential.get(field) or "").strip()
        if value:
            headers[header] = value.encode("ascii", "ignore").decode()
    return headers

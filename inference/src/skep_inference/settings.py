"""How long to wait, how often to try again, how much at once."""

from typing import Annotated, Any

import msgspec

from skep_contracts.plugins.models import ModelInfo

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class InferenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of model calls, for all tenants of the process."""

    request_timeout_s: Seconds = 600.0
    """For a whole call: all attempts, and the pauses between them."""
    first_token_timeout_s: Seconds = 60.0
    """From the start of an attempt to the first piece of its answer."""
    idle_timeout_s: Seconds = 60.0
    """Between two pieces of a streamed answer."""
    attempts: Count = 4
    """Tries in all; a streamed answer is never tried again once a piece of it was passed on."""
    backoff_base_s: Seconds = 0.5
    backoff_max_s: Seconds = 30.0
    """A provider that asks for a longer wait than this is not waited for."""
    max_concurrent_per_credential: Count = 256
    embed_concurrency: Count = 4
    """Batches of one embedding call that are under way at once."""
    ledger_capacity: Count = 20_000
    """Usage records that may wait for the bus; beyond this, new calls wait as well."""
    model_overrides: str = ""
    """JSON: corrections of catalogues by ``provider/name``: prices, windows, batch sizes, kinds."""

    def __post_init__(self) -> None:
        """Refuse overrides that correct nothing.

        Raises:
            ValueError: They are no JSON object of objects, or one is not by ``provider/name``, has
                a field that models do not have, or a value that cannot be.
        """
        for reference, changes in self.overrides().items():
            if not all(reference.partition("/")):
                raise ValueError(f"model_overrides: {reference!r} is not written provider/name")
            unknown = changes.keys() - set(ModelInfo.__struct_fields__)
            if unknown:
                raise ValueError(f"model_overrides: {reference} has no field {min(unknown)!r}")
            try:
                msgspec.convert({"kind": "chat", **changes, "name": reference}, ModelInfo)
            except msgspec.ValidationError as error:
                raise ValueError(f"model_overrides: {reference}: {error}") from None

    def overrides(self) -> dict[str, dict[str, Any]]:
        """Return `model_overrides` decoded."""
        try:
            return msgspec.json.decode(self.model_overrides or "{}", type=dict[str, dict[str, Any]])
        except msgspec.DecodeError as error:
            raise ValueError(f"model_overrides: {error}") from None

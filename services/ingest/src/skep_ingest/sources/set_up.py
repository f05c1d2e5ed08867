"""Checks what is entered for a source against its kind, and builds the source from it."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final, Protocol

import jsonschema_rs
import msgspec

from skep_contracts.calls.source import source_seal_context
from skep_contracts.ids import is_id
from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.sources.kinds import Source, SourceDescription
from skep_contracts.problems import (
    FieldError,
    InvalidInput,
    ProviderFailed,
    SkepError,
    Unavailable,
    did_you_mean,
    json_pointer,
)
from skep_contracts.values import check_value
from skep_ingest.sources.tables import SourceRow
from skep_runtime.vault import Vault

logger = logging.getLogger(__name__)

_MAX_NAME: Final = 200
_MAX_HOURS: Final = 24 * 366
_MAX_BYTES: Final = 64 * 1024
_MASK: Final = "…"
_ADDRESS: Final = "uri"


class SourceHost(Protocol):
    """What is needed of the plugin host."""

    @property
    def sources(self) -> Mapping[str, SourceDescription]:
        """The kinds of sources that plugins offer, by name."""
        ...

    def context(self, owner: SourceDescription) -> PluginContext:
        """Return what a source's factory is given."""
        ...


class SourceSetup:
    """Knows the kinds of sources, and opens their secrets."""

    def __init__(self, host: SourceHost, vault: Vault) -> None:
        """Build what `host` offers."""
        self._host = host
        self._vault = vault

    def kind(self, name: str) -> SourceDescription:
        """Return an installed kind.

        Raises:
            InvalidInput: None of that name is installed.
        """
        found = self._host.sources.get(name)
        if found is None:
            known = sorted(self._host.sources)
            listed = ", ".join(known) or "none"
            raise InvalidInput(
                f"There is no such kind of sources; installed: {listed}{did_you_mean(name, known)}",
                code="unknown_source_kind",
                errors=[FieldError(pointer="/kind", message="unknown kind")],
            )
        return found

    async def check(
        self, kind: SourceDescription, settings: dict[str, Any], secrets: dict[str, Any]
    ) -> None:
        """Hold settings against the form of their kind, and let the plugin look at them.

        Raises:
            InvalidInput: They cannot be used; no message repeats a value.
        """
        misplaced = sorted(set(settings) & _secret_fields(kind))
        if misplaced:
            raise InvalidInput(
                f"{misplaced[0]} is secret and must come sealed.",
                errors=[FieldError(pointer=json_pointer("settings", misplaced[0]), message="")],
            )
        whole = {**settings, **secrets}
        check_value(whole, pointer="/settings", max_bytes=_MAX_BYTES)
        try:
            validator = jsonschema_rs.validator_for(kind.settings_schema, mask=_MASK)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise ProviderFailed(
                "The plugin describes its settings wrongly.", code="bad_plugin"
            ) from error
        faults = [
            FieldError(
                pointer="/settings" + json_pointer(*each.instance_path), message=each.message
            )
            for each in validator.iter_errors(whole)
        ]
        if faults:
            raise InvalidInput(
                f"The settings do not fit {kind.title}: {faults[0].message}.", errors=faults
            )
        await self._built(kind, whole)

    async def build(self, row: SourceRow) -> Source:
        """Return a source that is set up.

        Raises:
            Unavailable: Its plugin is not installed, or fails.
            InvalidInput: A newer plugin does not take its settings any more.
            Gone: The vault has not the key its secrets were sealed with.
        """
        kind = self._host.sources.get(row.kind)
        if kind is None:
            raise Unavailable(
                f"The plugin for sources of the kind {row.kind!r} is not installed.",
                code="unknown_source_kind",
            )
        return await self._built(kind, {**row.settings, **self.secrets_of(row)})

    async def _built(self, kind: SourceDescription, settings: dict[str, Any]) -> Source:
        context = self._host.context(kind)
        try:
            # On a thread: the plugin imports what it needs.
            return await asyncio.to_thread(kind.factory, context, settings)
        except SkepError:
            raise
        except Exception as error:
            logger.exception("source not built", extra={"kind": kind.name})
            raise ProviderFailed(
                f"The plugin for {kind.title} failed; the log of the ingest service says more.",
                code="bad_plugin",
            ) from error

    def secrets_of(self, row: SourceRow) -> dict[str, Any]:
        """Return the secret settings of a source.

        Raises:
            Gone: The vault has not the key they were sealed with.
        """
        return self.opened(row.sealed_secrets, tenant=row.tenant, source_id=row.id)

    def opened(self, sealed: bytes | None, *, tenant: str, source_id: str) -> dict[str, Any]:
        """Return secrets that were sealed for a source.

        Raises:
            Gone: The vault has not the key they were sealed with, or they are another source's.
        """
        if sealed is None:
            return {}
        plain = self._vault.open(sealed, context=source_seal_context(tenant, source_id))
        return msgspec.json.decode(plain, type=dict[str, Any])

    def keep_secrets(self, row: SourceRow, secrets: dict[str, Any]) -> None:
        """Put secrets into a row."""
        row.secret_names = sorted(secrets)
        row.sealed_secrets = None
        if secrets:
            context = source_seal_context(row.tenant, row.id)
            row.sealed_secrets = self._vault.seal(msgspec.json.encode(secrets), context=context)


def check_moved(
    kind: SourceDescription, row: SourceRow, settings: dict[str, Any], entered: dict[str, Any]
) -> None:
    """Refuse to send secrets that were entered for one address to another.

    Raises:
        InvalidInput: An address is another one, and not all secrets were entered again.
    """
    properties = kind.settings_schema.get("properties", {})
    is_elsewhere = any(
        field.get("format") == _ADDRESS and row.settings.get(name) != settings.get(name)
        for name, field in properties.items()
    )
    missing = sorted(set(row.secret_names) - set(entered))
    if is_elsewhere and missing:
        raise InvalidInput(
            f"The address is another one now: enter {missing[0]} again.",
            errors=[
                FieldError(pointer=json_pointer("settings", each), message="enter it again")
                for each in missing
            ],
        )


def check_name(name: str) -> str:
    """Return the name of a source without surrounding space.

    Raises:
        InvalidInput: It cannot be one.
    """
    name = name.strip()
    fault = None
    if not name:
        fault = "empty"
    elif len(name) > _MAX_NAME:
        fault = f"longer than {_MAX_NAME} characters"
    elif not name.isprintable():
        fault = "control characters"
    elif is_id("source", name):
        fault = "looks like the id of a source"
    if fault:
        raise InvalidInput(
            f"The name of the source cannot be used: {fault}.",
            errors=[FieldError(pointer="/name", message=fault)],
        )
    return name


def check_hours(hours: int | None) -> int | None:
    """Return how often a source is synced, None for 0.

    Raises:
        InvalidInput: It is negative, or more than a year.
    """
    if hours is not None and not 0 <= hours <= _MAX_HOURS:
        raise InvalidInput(
            f"A source is synced every 1 to {_MAX_HOURS} hours, or only by hand.",
            errors=[FieldError(pointer="/every_hours", message=f"from 1 to {_MAX_HOURS}")],
        )
    return hours or None


def _secret_fields(kind: SourceDescription) -> set[str]:
    properties = kind.settings_schema.get("properties", {})
    return {name for name, field in properties.items() if field.get("writeOnly")}

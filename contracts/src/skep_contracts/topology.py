"""Streams, consumers, buckets: storage as data. The runtime creates what is listed here."""

from typing import Final

import msgspec

from skep_contracts import subjects
from skep_contracts.subjects import Kind

SERVICES: Final = ("gateway", "orchestrator", "ingest", "sandbox")


class StreamSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A JetStream stream. Zero means unlimited."""

    name: str
    subjects: tuple[str, ...]
    is_work_queue: bool = False
    in_memory: bool = False
    max_age_s: float = 0.0
    max_bytes: int = 0
    max_messages_per_subject: int = 0
    duplicate_window_s: float = 120.0
    allow_rollup: bool = False


class ConsumerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A durable pull consumer, named ``<service>-<purpose>``."""

    stream: str
    durable: str
    filter_subject: str
    ack_wait_s: float = 30.0
    max_ack_pending: int = 1000
    max_deliver: int = 5
    """After this many tries a message becomes a dead letter; -1 for no end."""
    backoff_s: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0)
    starts_now: bool = False
    """Made for the first time, it begins with what comes then; else with the stream's beginning."""
    forgotten_after_s: float = 0.0
    """The server drops it when nobody has pulled for so long; zero for never."""


class BucketSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A key-value bucket or an object store."""

    name: str
    history: int = 1
    max_value_bytes: int = 256 * 1024
    ttl_s: float = 0.0
    max_bytes: int = 0
    """What is oldest goes away when there is more; 0 for no bound."""


_DAY_S: Final = 86_400.0

JOURNAL: Final = StreamSpec(
    name="SKEP_JOURNAL",
    subjects=(subjects.all_of(Kind.JOURNAL),),
    max_age_s=90 * _DAY_S,
    duplicate_window_s=1.0,
    allow_rollup=True,
)
EVENTS: Final = StreamSpec(
    name="SKEP_EVENTS", subjects=(subjects.all_of(Kind.EVENT),), max_age_s=30 * _DAY_S
)
LIVE: Final = StreamSpec(
    name="SKEP_LIVE",
    subjects=(subjects.all_of(Kind.LIVE),),
    in_memory=True,
    max_age_s=600.0,
    max_bytes=128 * 1024 * 1024,
    duplicate_window_s=1.0,
)
DEAD_LETTERS: Final = StreamSpec(
    name="SKEP_DEAD_LETTERS", subjects=(subjects.all_of(Kind.DEAD),), max_age_s=90 * _DAY_S
)


def commands_stream(owner: str) -> StreamSpec:
    """Return the work queue of the commands to one service."""
    return StreamSpec(
        name=f"SKEP_COMMANDS_{owner.upper()}",
        subjects=(subjects.commands_to(owner),),
        is_work_queue=True,
    )


STREAMS: Final = (
    JOURNAL,
    EVENTS,
    LIVE,
    DEAD_LETTERS,
    commands_stream("gateway"),
    commands_stream("orchestrator"),
    commands_stream("ingest"),
)

ORCHESTRATOR_RUNS: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_ORCHESTRATOR",
    durable="orchestrator-runs",
    filter_subject=subjects.commands_named("orchestrator", "start_run"),
    ack_wait_s=5.0,
    max_ack_pending=20_000,
    max_deliver=-1,
    backoff_s=(),
)
ORCHESTRATOR_RESUMPTIONS: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_ORCHESTRATOR",
    durable="orchestrator-resumptions",
    filter_subject=subjects.commands_named("orchestrator", "resume_run"),
    ack_wait_s=5.0,
    max_ack_pending=20_000,
    max_deliver=-1,
    backoff_s=(),
)
ORCHESTRATOR_PAUSES: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_ORCHESTRATOR",
    durable="orchestrator-pauses",
    filter_subject=subjects.commands_named("orchestrator", "pause_run"),
    ack_wait_s=5.0,
    max_ack_pending=20_000,
    max_deliver=-1,
    backoff_s=(),
)
ORCHESTRATOR_CONTROL: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_ORCHESTRATOR",
    durable="orchestrator-control",
    filter_subject=subjects.commands_named("orchestrator", "cancel_run"),
    ack_wait_s=5.0,
    max_ack_pending=20_000,
    max_deliver=-1,
    backoff_s=(),
)
"""Apart from the runs, so that a run can be cancelled while every worker is full."""
ORCHESTRATOR_PROJECTION: Final = ConsumerSpec(
    stream="SKEP_JOURNAL",
    durable="orchestrator-projection",
    filter_subject=subjects.all_of(Kind.JOURNAL),
    ack_wait_s=5.0,
    max_ack_pending=5_000,
    max_deliver=-1,
    backoff_s=(),
)
"""What a lost process had in hand comes again soon: paused runs are woken by what is read here."""
ORCHESTRATOR_LEDGER: Final = ConsumerSpec(
    stream="SKEP_EVENTS",
    durable="orchestrator-ledger",
    filter_subject=subjects.events_of(noun="usage", past="recorded"),
    max_ack_pending=5_000,
    max_deliver=-1,
    backoff_s=(),
)
INGEST_DOCUMENTS: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_INGEST",
    durable="ingest-documents",
    filter_subject=subjects.commands_named("ingest", "index_document"),
    ack_wait_s=5.0,
    max_ack_pending=256,
)
INGEST_DOCUMENT_PURGES: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_INGEST",
    durable="ingest-document-purges",
    filter_subject=subjects.commands_named("ingest", "purge_document"),
)
"""Apart from the documents, so that one can be deleted while every worker is full."""
INGEST_DOCUMENT_REWRITES: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_INGEST",
    durable="ingest-document-rewrites",
    filter_subject=subjects.commands_named("ingest", "rewrite_document"),
)
INGEST_DATASET_PURGES: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_INGEST",
    durable="ingest-dataset-purges",
    filter_subject=subjects.commands_named("ingest", "purge_dataset"),
)
INGEST_DATASET_MOVES: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_INGEST",
    durable="ingest-dataset-moves",
    filter_subject=subjects.commands_named("ingest", "fill_dataset"),
    max_deliver=-1,
)
"""Without an end: a move is handed back until it is done, and counts its own failures."""
INGEST_SOURCE_SYNCS: Final = ConsumerSpec(
    stream="SKEP_COMMANDS_INGEST",
    durable="ingest-source-syncs",
    filter_subject=subjects.commands_named("ingest", "sync_source"),
    ack_wait_s=5.0,
    max_deliver=-1,
)
"""Without an end, as moves are."""


def gateway_webhook(webhook_id: str, pattern: str) -> ConsumerSpec:
    """Return one webhook's own reader of the events on `pattern`.

    It exists as long as the webhook, so that events cost nothing where nobody subscribed, and one
    subscriber that does not keep up holds up nobody else.
    """
    return ConsumerSpec(
        stream=EVENTS.name,
        durable=f"gateway-webhook-{webhook_id}",
        filter_subject=pattern,
        max_ack_pending=256,
        max_deliver=-1,
        starts_now=True,
        forgotten_after_s=EVENTS.max_age_s,
    )


CREDENTIALS: Final = BucketSpec(name="SKEP_CREDENTIALS")
"""Sealed credentials of providers, and of tools as ``tool:name``; see `credential_key`."""
SETTINGS: Final = BucketSpec(name="SKEP_SETTINGS")
"""Per-tenant settings that several services read; key ``{tenant}.{name}``."""
PLUGINS: Final = BucketSpec(name="SKEP_PLUGINS")
"""Plugins installed at run time; key is the distribution's name with ``-``."""
SECRETS: Final = BucketSpec(name="SKEP_SECRETS")
"""Sealed environment variables of apps; key ``{tenant}.{app_id}.{name}``, which is also the
context they are sealed with."""
APPS: Final = BucketSpec(name="SKEP_APPS")
"""The published version of each app, for those who start it by its id; key ``{tenant}.{app_id}``,
value a `PublishedApp`."""
BUDGETS: Final = BucketSpec(name="SKEP_BUDGETS")
"""Budgets; key ``{tenant}.{budget_id}``, value a `Budget`."""
SPENDING: Final = BucketSpec(name="SKEP_SPENDING", ttl_s=400 * _DAY_S)
"""What is spent of budgets; see `budgets.counter_key`. An entry that nothing was spent of for more
than a year goes away."""
UNDER_WAY: Final = BucketSpec(name="SKEP_UNDER_WAY", ttl_s=7 * _DAY_S)
"""Model calls under way, by process, so that they are recorded if it dies: ``{process}.{page}``."""
RATES: Final = BucketSpec(name="SKEP_RATES", ttl_s=600.0)
"""What is counted of API keys with limits; see `key_limits.rate_key`."""
ANSWERS: Final = BucketSpec(name="SKEP_ANSWERS", ttl_s=7 * _DAY_S, max_bytes=128 * 1024 * 1024)
"""Answers of models that are given again to who chose so; key ``{tenant}.{digest}``."""
BUCKETS: Final = (
    CREDENTIALS,
    SETTINGS,
    PLUGINS,
    SECRETS,
    APPS,
    BUDGETS,
    SPENDING,
    UNDER_WAY,
    RATES,
    ANSWERS,
)

BLOBS: Final = BucketSpec(name="SKEP_BLOBS", max_value_bytes=0)
"""Content-addressed bytes; object name ``{tenant}/{sha256}``."""


def credential_key(tenant: str, provider: str, credential_id: str) -> str:
    """Return the key of a credential in `CREDENTIALS`, which is also the context of its seal.

    That is ``{tenant}.{provider}.{credential_id}``; of a tool ``{tenant}.tool/{name}.{…}``, because
    a key has no colons.
    """
    return f"{tenant}.{provider.replace(':', '/')}.{credential_id}"

"""The one door to every model."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImages
from skep_contracts.plugins.modalities.moderation import Moderation, ModerationRequest
from skep_contracts.plugins.modalities.speech import (
    Speech,
    SpeechRequest,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    ModelKind,
    ProviderDescription,
    RerankScores,
)
from skep_contracts.problems import ProviderTimedOut, SkepError, Unavailable
from skep_contracts.topology import BUDGETS, CREDENTIALS, SETTINGS
from skep_inference.caching.alike import AlikeQuestions
from skep_inference.caching.cached_chat import CachedChat
from skep_inference.caching.kept import KeptAnswers
from skep_inference.calls import batching, modalities, streaming
from skep_inference.calls.call import Finished, Parts
from skep_inference.calls.modalities import Asked
from skep_inference.guarding.guarded_chat import guarded
from skep_inference.guarding.guarded_media import (
    looked_at_images,
    looked_at_speech,
    looked_at_transcription,
)
from skep_inference.guarding.looker import Looker
from skep_inference.guarding.rule_book import RuleBook
from skep_inference.guarding.telling import tell_tripped
from skep_inference.ledger import CLOSE_S, Ledger, Listener
from skep_inference.listing import ModelLister
from skep_inference.money.book import BudgetBook
from skep_inference.money.guard import BudgetGuard
from skep_inference.money.under_way import Notes
from skep_inference.routing.bucket import Follower, follow
from skep_inference.routing.catalogue import Catalogue
from skep_inference.routing.credential_form import check_values
from skep_inference.routing.credentials import CredentialBook
from skep_inference.routing.defaults import DefaultModels
from skep_inference.routing.plan import Planner
from skep_inference.routing.pool import ProviderPool, build, plugin_failed
from skep_inference.routing.router import Router
from skep_inference.routing.rules import RouteRules
from skep_inference.routing.traffic import Traffic
from skep_inference.scope import AvailableModel, CallScope, ResolvedModel
from skep_inference.settings import InferenceSettings

if TYPE_CHECKING:
    from skep_contracts.topology import BucketSpec
    from skep_runtime.bus import Bus
    from skep_runtime.plugins import PluginHost
    from skep_runtime.vault import Vault

_LOG: Final = logging.getLogger(__name__)
_READY_S: Final = 30.0
_CHECK_S: Final = 20.0


class Inference:
    """Calls models for tenants: with their credentials, again where that helps, on the record.

    A model is written ``provider/name``, or ``default`` for the tenant's choice. Every method
    raises only the classes of `skep_contracts.problems`.

    Args:
        host: Offers the providers; loaded already.
        bus: Holds credentials and settings, and takes the ledger.
        vault: Opens credentials.
        settings: Limits.
        source: The service this runs in.
    """

    def __init__(
        self,
        *,
        host: "PluginHost",
        bus: "Bus",
        vault: "Vault",
        settings: InferenceSettings | None = None,
        source: str,
    ) -> None:
        settings = settings or InferenceSettings()
        self._host = host
        self._bus = bus
        self._source = source
        self._defaults = DefaultModels()
        self._credentials = CredentialBook(vault, on_change=self._credential_changed)
        self._router = Router(
            host,
            credentials=self._credentials,
            defaults=self._defaults,
            catalogue=Catalogue(settings.overrides()),
        )
        self._route_rules = RouteRules()
        self._pool = ProviderPool(
            host,
            self._credentials,
            concurrency=settings.max_concurrent_per_credential,
            limits=self._route_rules.limits,
        )
        self._ledger = Ledger(bus, capacity=settings.ledger_capacity)
        self._budgets = BudgetBook()
        self._rules = RuleBook(host)
        self._guard = BudgetGuard(bus, self._budgets)
        self._notes = Notes(bus)
        self._parts = Parts(
            router=self._router,
            pool=self._pool,
            ledger=self._ledger,
            guard=self._guard,
            notes=self._notes,
            planner=Planner(self._router, self._route_rules, Traffic()),
            settings=settings,
        )
        self._kept = KeptAnswers(bus)
        self._alike = AlikeQuestions(bus)
        self._lister = ModelLister(self._router, self._pool)
        self._followers: list[asyncio.Task[None]] = []
        self._publishing: asyncio.Task[None] | None = None

    async def start(self, tasks: asyncio.TaskGroup) -> None:
        """Follow credentials and settings, and publish the ledger, in `tasks`.

        Returns once the credentials and settings that exist are known.

        Raises:
            Unavailable: The bus did not tell them in time.
        """
        self._host.on_change(self._pool.forget_replaced)
        self._pool.start(tasks)
        self._publishing = tasks.create_task(self._ledger.run())
        ready = [
            self._follow(tasks, CREDENTIALS, self._credentials),
            self._follow(tasks, SETTINGS, self._defaults),
            self._follow(tasks, SETTINGS, self._rules),
            self._follow(tasks, SETTINGS, self._route_rules),
            self._follow(tasks, BUDGETS, self._budgets),
        ]
        self._followers.append(tasks.create_task(self._guard.run()))
        self._followers.append(tasks.create_task(self._notes.run()))
        try:
            async with asyncio.timeout(_READY_S):
                for each in ready:
                    await each.wait()
        except TimeoutError:
            raise Unavailable(
                "Credentials and settings could not be read from the bus in time."
            ) from None

    def _follow(
        self, tasks: asyncio.TaskGroup, spec: "BucketSpec", follower: Follower
    ) -> asyncio.Event:
        ready = asyncio.Event()
        self._followers.append(tasks.create_task(follow(self._bus, spec, follower, ready)))
        return ready

    def _credential_changed(self, key: str) -> None:
        self._pool.forget_credential(key)

    async def close(self) -> None:
        """Publish what is left of the ledger, and close the providers that are not in use."""
        for task in self._followers:
            task.cancel()
        await self._guard.close()
        self._ledger.close()
        publishing, self._publishing = self._publishing, None
        if publishing is not None:
            await asyncio.wait([publishing], timeout=CLOSE_S)
            publishing.cancel()
        if self._ledger.waiting:
            _LOG.error(
                "usage was not recorded",
                extra={"entries": self._ledger.waiting, "source": self._source},
            )
        await self._notes.close()
        await self._pool.close()

    def chat(
        self,
        model: str,
        request: ChatRequest,
        *,
        scope: CallScope,
        on_finished: Finished | None = None,
    ) -> AsyncGenerator[ChatDelta, None]:
        """Stream a completion; the last item is the `StreamEnd`. `request.model` is overwritten.

        Closing the iterator, or cancelling the task that reads it, closes the connection. Attempts
        that fail before their first piece are repeated as the settings say; after it, an error ends
        the stream. `on_finished` hears the report once, before the `StreamEnd` is passed on.

        Raises:
            SkepError: While iterating: the model cannot be called, or the call failed.
        """

        def ask(wanted: ChatRequest) -> AsyncGenerator[ChatDelta, None]:
            return streaming.stream(
                self._parts, model, wanted, scope=scope, on_finished=on_finished
            )

        def call(wanted: ChatRequest) -> AsyncGenerator[ChatDelta, None]:
            if wanted.cache is None:
                return ask(wanted)
            chat = CachedChat(
                self._parts,
                self._kept,
                model,
                alike=self._alike,
                scope=scope,
                on_finished=on_finished,
            )
            return chat.stream(wanted, wanted.cache, ask)

        if not self._rules.has_any(scope.tenant):
            return call(request)
        told = partial(tell_tripped, self._bus, model, scope)
        return guarded(self._rules, request, scope=scope, call=call, told=told)

    async def embed(
        self,
        model: str,
        texts: Sequence[str],
        *,
        purpose: Literal["document", "query"] = "document",
        dimensions: int | None = None,
        scope: CallScope,
        on_finished: Finished | None = None,
    ) -> Embeddings:
        """Embed any number of texts; one vector each, same order.

        Texts go out in batches of the size the model takes, some of them side by side, and each
        batch is repeated for itself. `on_finished` hears a report for each.
        """
        return await batching.embed(
            self._parts,
            model,
            texts,
            purpose=purpose,
            dimensions=dimensions,
            scope=scope,
            on_finished=on_finished,
        )

    async def rerank(
        self,
        model: str,
        query: str,
        passages: Sequence[str],
        *,
        scope: CallScope,
        on_finished: Finished | None = None,
    ) -> RerankScores:
        """Score passages by how well they answer a query; one score each, same order."""
        return await batching.rerank(
            self._parts, model, query, passages, scope=scope, on_finished=on_finished
        )

    async def moderate(
        self, request: ModerationRequest, *, scope: CallScope, on_finished: Finished | None = None
    ) -> Moderation:
        """Judge texts; one verdict each, same order. `request.model` is a reference, as in all."""
        return await modalities.moderate(self._asked(request.model, scope, on_finished), request)

    async def transcribe(
        self,
        request: TranscriptionRequest,
        *,
        scope: CallScope,
        on_finished: Finished | None = None,
    ) -> Transcript:
        """Write a recording down; its length is estimated where the provider does not tell it."""
        asked = self._asked(request.model, scope, on_finished)
        looker = self._looker(request.model, scope)
        return await looked_at_transcription(looker, request, partial(modalities.transcribe, asked))

    async def speak(
        self, request: SpeechRequest, *, scope: CallScope, on_finished: Finished | None = None
    ) -> Speech:
        """Speak a text."""
        asked = self._asked(request.model, scope, on_finished)
        wanted = await looked_at_speech(self._looker(request.model, scope), request)
        return await modalities.speak(asked, wanted)

    async def make_images(
        self, request: ImageRequest, *, scope: CallScope, on_finished: Finished | None = None
    ) -> MadeImages:
        """Make images from a description."""
        asked = self._asked(request.model, scope, on_finished)
        looker = self._looker(request.model, scope)
        return await looked_at_images(looker, request, partial(modalities.make_images, asked))

    def _looker(self, model: str, scope: CallScope) -> Looker:
        told = partial(tell_tripped, self._bus, model, scope)
        return Looker(self._rules, scope=scope, told=told)

    def _asked(self, model: str, scope: CallScope, on_finished: Finished | None) -> Asked:
        return Asked(parts=self._parts, model=model, scope=scope, on_finished=on_finished)

    async def resolve(self, model: str, kind: ModelKind, *, tenant: str) -> ResolvedModel:
        """Return what a model's name means to a tenant.

        Raises:
            InvalidInput: There is no such model, or a credential is missing; the text says what to
                do, and the code which it is.
        """
        return self._router.resolve(model, kind, tenant=tenant)

    async def check_credential(self, provider: str, values: dict[str, Any], *, tenant: str) -> None:
        """Make the cheapest call that shows whether a credential works.

        Raises:
            InvalidInput: The values do not fit the provider's form; pointers are relative to them.
            Unauthenticated: The vendor refuses the credential.
            ProviderFailed: The vendor cannot tell at present.
            ProviderTimedOut: It does not answer.
        """
        description = self._router.provider(provider)
        check_values(description.credential_schema, values)
        built = build(self._host, description, values)
        try:
            async with asyncio.timeout(_CHECK_S):
                await built.check()
        except TimeoutError:
            raise ProviderTimedOut(f"{description.title} did not answer in time.") from None
        except SkepError:
            raise
        except Exception as error:
            _LOG.exception("provider failed", extra={"provider": provider})
            raise plugin_failed(provider) from error
        finally:
            with contextlib.suppress(Exception):
                await built.close()

    def on_usage(self, listener: Listener) -> None:
        """Tell `listener` of every attempt that is recorded in this process, and whose it was."""
        self._ledger.listen(listener)

    @property
    def credentials(self) -> CredentialBook:
        """The tenants' credentials, also those that are of tools; known once it is started."""
        return self._credentials

    def providers(self) -> list[ProviderDescription]:
        """Return the installed providers, by name."""
        return [description for _, description in sorted(self._host.providers.items())]

    async def list_models(self, tenant: str) -> list[AvailableModel]:
        """Return the models a tenant can choose, by provider: what vendors list, else catalogues.

        Vendors are asked at most every few minutes; one that does not answer costs a few seconds.
        """
        return await self._lister.models(self.providers(), tenant=tenant)

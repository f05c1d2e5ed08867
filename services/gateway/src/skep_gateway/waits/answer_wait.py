"""Takes an answer in: checks that it fits, that it is the first, and orders the run to go on."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.calls.waits import ListRunWaitsReply, OpenWait
from skep_contracts.commands.run import ResumeRun
from skep_contracts.ids import RunId, TenantId
from skep_contracts.problems import Conflict, FieldError, Gone, InvalidInput, NotFound, TooLarge
from skep_contracts.values import FileRef, check_value
from skep_contracts.waits.forms import Form, FormAnswer, read_answer
from skep_contracts.waits.links import RunLink
from skep_gateway.runs.files_in_inputs import file_ids, with_refs
from skep_gateway.waits.open_waits import ENDED, HOLD, at_place, open_waits, run_ended
from skep_gateway.waits.repository import Answered, AnswerRepository, answered_already
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_runtime.bus import Bus
from skep_runtime.clock import now
from skep_runtime.database import Database, add_to_outbox

MAX_ANSWER_BYTES: Final = 200_000
"""An answer travels in one message."""
_BODY: Final = "body"


class Files(Protocol):
    """Looks files up."""

    async def find(self, tenant: TenantId, file_ids: Sequence[str]) -> Mapping[str, FileRef]:
        """Return the files by id; unknown ones are left out."""
        ...


class AskedForm(msgspec.Struct, frozen=True):
    """A form that waits for an answer, and which wait it is."""

    link: RunLink
    form: Form
    wait: OpenWait


class Answers:
    """Takes answers in. What it does to rows and orders commits with the request."""

    def __init__(self, bus: Bus, database: Database, files: Files) -> None:
        """Ask over `bus` what runs wait for; look into `database` for what was answered."""
        self._bus = bus
        self._database = database
        self._files = files

    async def answer(self, work: UnitOfWork, link: RunLink, answer: Any, *, by: str) -> None:
        """Answer the wait at a link's place, whatever its number.

        Raises:
            NotFound: There is no such run.
            Conflict: Nothing waits there, it takes no answer, or it was answered already.
            InvalidInput: The answer does not fit; pointers are below ``/answer``.
        """
        tenant = TenantId(link.tenant)
        found = await open_waits(self._bus, tenant, link.run_id)
        wait = at_place(found, link.place)
        if wait is None or link.place == HOLD:
            raise _not_waiting(found, link.place)
        match wait.wait.get("kind"):
            case "form":
                form = msgspec.convert(wait.wait.get("data", {}), Form)
                given = _fitting(form, await self._with_files(tenant, answer))
                payload = msgspec.to_builtins(given)
            case "callback":
                check_value(answer, pointer="/answer", max_bytes=MAX_ANSWER_BYTES)
                payload = {_BODY: answer}
            case kind:
                raise Conflict(
                    f"`{link.place:.130}` waits for a {kind:.20} and takes no answer.",
                    code="takes_no_answer",
                )
        numbered = msgspec.structs.replace(link, number=wait.number)
        await _take(work, numbered, payload, by=by)

    async def asked_form(self, link: RunLink) -> AskedForm:
        """Return the form that a link is for.

        Raises:
            Gone: It is not asked any more: answered, timed out, or the run has ended.
        """
        tenant = TenantId(link.tenant)
        try:
            found = await open_waits(self._bus, tenant, link.run_id)
        except NotFound:
            raise _over() from None
        wait = at_place(found, link.place)
        if wait is None or wait.number != link.number or wait.wait.get("kind") != "form":
            raise _over()
        async with self._database.reading() as session:
            answers = AnswerRepository(session, tenant)
            if await answers.is_answered(link.run_id, link.place, link.number):
                raise _over()
        return AskedForm(link, msgspec.convert(wait.wait.get("data", {}), Form), wait)

    async def answer_form(
        self, work: UnitOfWork, asked: AskedForm, answer: object, *, by: str
    ) -> FormAnswer:
        """Answer a form that was asked; people with a link send no files of the tenant.

        Raises:
            InvalidInput: The answer does not fit; pointers are ``/action`` and ``/fields/name``.
            Conflict: Somebody else was quicker.
        """
        check_value(answer, max_bytes=MAX_ANSWER_BYTES)
        if file_ids({"answer": answer}):
            raise InvalidInput("Files are answered through the API.", code="files_not_taken")
        given = read_answer(asked.form, answer)
        await _take(work, asked.link, msgspec.to_builtins(given), by=by)
        return given

    async def call_back(self, work: UnitOfWork, link: RunLink, body: Any) -> None:
        """Take what was posted to a callback, also before its node waits.

        Raises:
            Gone: The run has ended.
            Conflict: What waits there takes no callback, or something was posted before.
        """
        check_value(body, max_bytes=MAX_ANSWER_BYTES)
        try:
            found = await open_waits(self._bus, TenantId(link.tenant), link.run_id)
        except NotFound:
            raise _over() from None
        if found.status in ENDED:
            raise _over()
        if link.place == HOLD or len(link.place) > 1_000:
            raise NotFound("An address of a callback ends with the place that waits.")
        wait = at_place(found, link.place)
        if wait is not None and wait.wait.get("kind") != "callback":
            raise Conflict("What waits there takes no callback.", code="takes_no_answer")
        number = wait.number if wait is not None else 0
        if await self._is_taken(link, number):
            raise answered_already()
        numbered = msgspec.structs.replace(link, number=number)
        await _take(work, numbered, {_BODY: body}, by="callback")

    async def _is_taken(self, link: RunLink, number: int) -> bool:
        """Tell whether something came before; while nothing waits there, at any time.

        What came before the node waited is what it goes on with. What comes when it has gone on is
        too late, though the run has not ended.
        """
        async with self._database.reading() as session:
            answers = AnswerRepository(session, TenantId(link.tenant))
            if number:
                return await answers.is_answered(link.run_id, link.place, 0)
            return await answers.is_answered_ever(link.run_id, link.place)

    async def _with_files(self, tenant: TenantId, answer: Any) -> Any:
        """Return the answer with every file in full, looked up by its id alone."""
        wanted = file_ids({"answer": answer})
        if not wanted:
            return answer
        found = await self._files.find(tenant, list(wanted.values()))
        missing = [
            FieldError(
                pointer=pointer.removeprefix("/inputs"), message=f"there is no file {file_id:.64}"
            )
            for pointer, file_id in wanted.items()
            if file_id not in found
        ]
        if missing:
            raise InvalidInput(
                "A file does not exist. Upload it first with POST /api/v1/files.", errors=missing
            )
        return with_refs(answer, found)


async def _take(work: UnitOfWork, link: RunLink, payload: dict[str, Any], *, by: str) -> None:
    tenant = TenantId(link.tenant)
    session = await work.session()
    answered = Answered(run_id=link.run_id, place=link.place, number=link.number, by=by)
    await AnswerRepository(session, tenant).add(answered, now())
    command = ResumeRun(run_id=RunId(link.run_id), place=link.place, answer=payload, by=by)
    try:
        add_to_outbox(
            session,
            command,
            tenant=tenant,
            message_id=f"{link.run_id}:{link.place}:{link.number}",
            correlation=link.run_id,
        )
    except TooLarge:
        raise TooLarge(f"An answer may have {MAX_ANSWER_BYTES:,} bytes.") from None


def _fitting(form: Form, answer: object) -> FormAnswer:
    try:
        return read_answer(form, answer)
    except InvalidInput as error:
        faults = [
            FieldError(pointer=f"/answer{fault.pointer}", message=fault.message)
            for fault in error.errors
        ]
        raise InvalidInput(error.detail, errors=faults, code=error.exact_code) from None


def _not_waiting(found: ListRunWaitsReply, place: str) -> Conflict:
    if found.status in ENDED:
        return run_ended(found.status)
    places = ", ".join(f"`{wait.place}`" for wait in found.waits if wait.place != HOLD)
    where = f"It waits at {places:.500}." if places else "It waits for nothing."
    return Conflict(f"Nothing waits at `{place:.130}`. {where}", code="not_waiting")


def _over() -> Gone:
    return Gone("This was answered already, or is not asked any more.", code="not_asked")

"""Says until when, and goes on when that has come."""

import math
from datetime import UTC, datetime

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.nodes import TIMED_OUT, NodeContext, NodeResult, NodeWait, PureContext
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.references import references_in
from skep_contracts.values import Value
from skep_node_wait.settings import LONGEST_S, WaitSettings


class WaitNode:
    """Waits without a worker, however long it takes."""

    def __init__(self, plugin: PluginContext) -> None:
        """Take the clock from the host."""
        self._now_s = plugin.now_s

    async def run(self, ctx: NodeContext, settings: WaitSettings) -> NodeResult | NodeWait:
        """Return the wait, and once it is over what was sent.

        Raises:
            InvalidInput: What is referred to is no time, or one more than a year from now.
        """
        if ctx.resumption is not None:
            is_late = ctx.resumption.get(TIMED_OUT) is True
            answer = None if is_late else ctx.resumption.get("body")
            outputs: dict[str, Value] = {
                "answer": answer,
                "timed_out": is_late and settings.callback,
            }
            return NodeResult(outputs=outputs)
        if settings.callback:
            limit_s = settings.timeout_s
            until = None if limit_s is None else _instant(self._now_s() + limit_s)
            return NodeWait(kind="callback", until=until)
        due_s = self._due_s(ctx, settings)
        if due_s > self._now_s() + LONGEST_S:
            raise InvalidInput("A run waits for a year at the most.", code="wait_too_long")
        if due_s <= self._now_s():
            return NodeResult(outputs={"answer": None, "timed_out": False})
        return NodeWait(kind="time", until=_instant(due_s))

    def _due_s(self, ctx: PureContext, settings: WaitSettings) -> float:
        if settings.seconds is not None:
            return self._now_s() + _seconds(ctx.value(settings.seconds))
        return _moment(ctx.value(settings.until))


def _instant(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def _seconds(value: Value) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput("`seconds` is no number of seconds.", code="bad_wait")
    return max(0.0, float(value))


def _moment(value: Value) -> float:
    """Return seconds since the epoch; a time without a zone is in UTC."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            pass
    raise InvalidInput(
        "`until` is no time; write it as 2026-01-31T09:00:00Z (ISO 8601).", code="bad_wait"
    )


def check_wait(settings: WaitSettings) -> None:
    """Refuse settings that wait for nothing, or for several things.

    Raises:
        InvalidInput: With every fault.
    """
    given = [
        name
        for name, is_given in (
            ("seconds", settings.seconds is not None),
            ("until", settings.until is not None),
            ("callback", settings.callback),
        )
        if is_given
    ]
    faults: list[FieldError] = []
    if not given:
        message = "give `seconds`, `until` or `callback: true`"
        faults.append(FieldError(pointer="/seconds", message=message))
    faults += [
        FieldError(pointer=f"/{name}", message=f"cannot stand beside `{given[0]}`")
        for name in given[1:]
    ]
    if settings.timeout_s is not None and not settings.callback:
        faults.append(FieldError(pointer="/timeout_s", message="is for callbacks"))
    faults += _faults_of_constants(settings)
    if faults:
        raise InvalidInput("The wait is not sound.", errors=faults)


def _faults_of_constants(settings: WaitSettings) -> list[FieldError]:
    """Look at times that refer to nothing and so are known already."""
    faults = []
    for name, value, read in (
        ("seconds", settings.seconds, _seconds),
        ("until", settings.until, _moment),
    ):
        if value is None or list(references_in(value)):
            continue
        try:
            found = read(value)
        except InvalidInput as error:
            faults.append(FieldError(pointer=f"/{name}", message=error.detail))
            continue
        if name == "seconds" and (found > LONGEST_S or (isinstance(value, float) and value < 0)):
            faults.append(FieldError(pointer="/seconds", message="is from 0 to a year"))
    return faults

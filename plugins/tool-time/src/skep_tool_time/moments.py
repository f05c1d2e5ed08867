"""Reads moments and time zones, and writes them for models and for workflows."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from skep_contracts.problems import FieldError, InvalidInput, did_you_mean

_ZONE_NAME: Final = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*\Z")
_SECONDS: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?\Z")


def refuse(field: str, fault: str) -> InvalidInput:
    """Return the error for an argument that cannot be used."""
    return InvalidInput(
        f"`{field}` {fault}.",
        errors=[FieldError(pointer=f"/{field}", message=fault)],
        code="bad_time",
    )


def read_zone(name: str, field: str) -> tzinfo:
    """Return a time zone.

    Raises:
        InvalidInput: There is none of that name.
    """
    if name.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    try:
        if _ZONE_NAME.match(name):
            return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        pass
    known = available_timezones()
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in sorted(known, reverse=True)}
    close = by_city.get(name.strip().lower().replace(" ", "_"))
    hint = f"; did you mean `{close}`?" if close else did_you_mean(name, sorted(known))
    raise refuse(field, f"is no time zone: {name!r:.80}{hint}")


def read_moment(text: str, field: str, zone: tzinfo) -> datetime:
    """Return a moment; one that names no time zone is meant in `zone`.

    Raises:
        InvalidInput: It is no moment between the years 1 and 9999.
    """
    text = text.strip()
    try:
        if _SECONDS.match(text):
            return datetime.fromtimestamp(float(text), tz=zone)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        fault = "is no moment; write it as 2026-03-01T09:30, or in seconds since 1970"
        raise refuse(field, fault) from None
    return moment


def moved(moment: datetime, *, days: int, hours: int, minutes: int) -> datetime:
    """Return a later or earlier moment. Days are those of the calendar, hours are real ones.

    Raises:
        InvalidInput: It is beyond the years 1 to 9999.
    """
    try:
        moment += timedelta(days=days)
        passed = moment.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)
        return passed.astimezone(moment.tzinfo)
    except OverflowError:
        raise refuse("time", "leads beyond the years 1 to 9999") from None


def described(moment: datetime) -> dict[str, Any]:
    """Return a moment as a workflow reads it."""
    offset = moment.utcoffset() or timedelta()
    return {
        "iso": moment.isoformat(timespec="seconds"),
        "date": moment.date().isoformat(),
        "time": moment.strftime("%H:%M:%S"),
        "weekday": _WEEKDAYS[moment.weekday()],
        "week": moment.isocalendar().week,
        "timezone": str(moment.tzinfo),
        "utc_offset_minutes": int(offset.total_seconds() // 60),
        "unix_s": int(moment.timestamp()),
    }


def written(moment: datetime) -> str:
    """Return a moment as a model reads it."""
    weekday = _WEEKDAYS[moment.weekday()]
    return f"{weekday}, {moment.isoformat(sep=' ', timespec='seconds')} ({moment.tzinfo})"


_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)

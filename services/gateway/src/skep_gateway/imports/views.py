"""Shapes of requests and answers about imports and exports."""

from typing import Annotated, Any, Literal

import msgspec

from skep_contracts.plugins.importers import PartReport
from skep_gateway.apps.views import SavedAppView
from skep_gateway.web.shapes import View
from skep_gateway.workflows.views import Fault


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source inside of JSON, where its app is to be called otherwise."""

    content: Annotated[str, msgspec.Meta(min_length=1)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class RemarkView(View):
    """What became of one thing; `pointer` is a JSON pointer into the source."""

    pointer: str
    outcome: Literal["carried", "changed", "left_out"]
    message: str


class PartView(View):
    """What became of a part of the source, such as a node."""

    pointer: str
    part: str
    outcome: Literal["carried", "changed", "left_out"]
    node: str | None
    remarks: list[RemarkView]

    @classmethod
    def all_of(cls, report: tuple[PartReport, ...]) -> "list[PartView]":
        """Show a report."""
        return [
            cls(
                pointer=part.pointer,
                part=part.part,
                outcome=part.outcome,
                node=part.node,
                remarks=[
                    RemarkView(pointer=each.pointer, outcome=each.outcome, message=each.message)
                    for each in part.remarks
                ],
            )
            for part in report
        ]


class ImportView(View):
    """What an import gave. `app` is missing of one that was only tried."""

    format: str
    source: str
    app: SavedAppView | None
    document: dict[str, Any]
    issues: list[Fault]
    report: list[PartView]


class ExportView(View):
    """A document in some format."""

    format: str
    media_type: str
    content: str
    report: list[PartView]

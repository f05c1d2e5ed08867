"""Shapes of answers about the audit log."""

from datetime import datetime
from typing import Literal

from skep_gateway.audit.tables import AuditRow
from skep_gateway.web.shapes import View


class ActorView(View):
    """Who did something; `name` is what they were called then."""

    kind: Literal["member", "key"]
    id: str
    name: str


class AuditRecordView(View):
    """Something that was changed. `target` gives the ids and names of what it was done to."""

    id: str
    at: datetime
    actor: ActorView
    action: str
    target: dict[str, str]
    address: str

    @classmethod
    def of(cls, row: AuditRow) -> "AuditRecordView":
        """Show a row."""
        actor = {"kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name}
        return cls(
            id=row.id,
            at=row.at,
            actor=ActorView.model_validate(actor),
            action=row.action,
            target=row.target,
            address=row.address,
        )

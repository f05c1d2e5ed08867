"""The state of a run: what its log comes to. The rules are in `skep_orchestrator.engine.apply`."""

from collections.abc import Mapping
from typing import Any, Final

from skep_contracts.assignments import Assignment
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.problems import Problem
from skep_contracts.run_log import RunCancelled, RunFailed, RunSucceeded, split_place
from skep_orchestrator.engine.compile import Plan, PlanNode
from skep_orchestrator.engine.frames import (
    RUNNING,
    WAITING,
    Doing,
    Frame,
    Repetition,
    Resumption,
    Retrying,
    Waiting,
)

HOLD: Final = ""
"""The place of a wait that is the run's own: an operator paused it."""


class RunState:
    """What is known of a run. Only `apply` changes it.

    Dictionaries keep the order in which things happened, so that decisions depend on the log alone.
    """

    __slots__ = (
        "active",
        "conversation_changes",
        "deadline_ms",
        "early",
        "ended",
        "epoch",
        "failure",
        "frames",
        "history",
        "inputs",
        "is_on_hold",
        "number",
        "only",
        "paused_at_ms",
        "paused_ms",
        "pins",
        "plan",
        "repeating",
        "resumptions",
        "retrying",
        "root",
        "run_id",
        "running",
        "started_at_ms",
        "step_results",
        "steps",
        "stirred",
        "takeovers",
        "waiting",
    )

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run_id = ""
        self.number = 0
        """Number of the last event."""
        self.steps = 0
        """Attempts of nodes that were started."""
        self.epoch = 1
        self.takeovers = 0
        """Workers that took the run over since a node last ended."""
        self.started_at_ms = 0
        self.paused_at_ms: int | None = None
        self.is_on_hold = False
        """An operator paused it: answers to its waits do not make it go on."""
        self.paused_ms = 0
        self.deadline_ms = 0
        """When the run exceeds its time; pauses extend it."""
        self.inputs: Mapping[str, Any] = {}
        self.history: tuple[ChatMessage, ...] = ()
        self.only: PlanNode | None = None
        """The one node that runs."""
        self.pins: Mapping[str, Any] = {}
        self.root = Frame(plan.scopes[0])
        self.frames: dict[str, Frame] = {"": self.root}
        """By scope, the rounds under way and the top level."""
        self.active: dict[Frame, None] = {}
        """Frames in which a node is ready or to be skipped."""
        self.repeating: dict[str, Repetition] = {}
        """Containers under way, by place."""
        self.stirred: dict[str, None] = {}
        """Of these, by place, those of which something may be decided."""
        self.running: dict[str, Doing] = {}
        """By place; containers are in `repeating`."""
        self.retrying: dict[str, Retrying] = {}
        self.waiting: dict[str, Waiting] = {}
        self.resumptions: dict[str, Resumption] = {}
        """By place, what a node that waited was answered, until it ends."""
        self.early: dict[str, dict[str, Any]] = {}
        """By place, answers to waits that have not begun."""
        self.step_results: dict[str, dict[str, Any]] = {}
        """By place and key, what was done of running effects."""
        self.conversation_changes: list[Assignment] = []
        """What nodes changed in variables of the conversation, in order."""
        self.failure: tuple[str, Problem] | None = None
        """The place of the node that failed for good, when that stops the run."""
        self.ended: RunSucceeded | RunFailed | RunCancelled | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the run holds no worker until something comes."""
        return self.paused_at_ms is not None

    def lookup(self, root: str) -> Mapping[str, Any] | None:
        """Return what a reference to `root` reads at the top, None when there is nothing (yet)."""
        return self.root.values.get(root)

    def doing(self, place: str) -> Doing:
        """Return the node that is under way at a place, a container as its first attempt."""
        found = self.running.get(place)
        if found is None:
            repetition = self.repeating[place]
            return Doing(repetition.frame, repetition.node, 1)
        return found

    def elapsed_s(self, now_ms: int) -> float:
        """Return seconds since the start, pauses excluded."""
        return max(0, now_ms - self.started_at_ms - self.paused_ms) / 1000

    def full_answer(self) -> str | None:
        """Return the text of all answer nodes that ran, None when the document has none."""
        return self.root.text() if self.plan.has_answers else None

    def awaits(self, place: str) -> bool | None:
        """Tell whether an answer to the wait of a node would count.

        Returns:
            True when it waits, or may still begin to; False when it is done or was answered
            already; None when the document has no such node.
        """
        if place == HOLD:
            return self.is_on_hold
        scope, node_id = split_place(place)
        node = self.plan.node(node_id)
        if node is None:
            return None
        if place in self.early or place in self.resumptions:
            return False
        if place in self.waiting:
            return True
        frame = self.frames.get(scope)
        if frame is None:
            return self._may_begin(scope)
        return frame.status[node.slot] < WAITING if frame.has(node) else None

    def _may_begin(self, scope: str) -> bool | None:
        """Tell whether a round that is not under way may still come; see `awaits`."""
        container, _, index = scope.rpartition(":")
        if not container or not index.isdecimal():
            return None
        repetition = self.repeating.get(container)
        if repetition is not None:
            return int(index) >= repetition.begun
        outer, node_id = split_place(container)
        node, frame = self.plan.node(node_id), self.frames.get(outer)
        if node is None or node.rounds is None:
            return None
        return self._may_begin(outer) if frame is None else frame.status[node.slot] < RUNNING

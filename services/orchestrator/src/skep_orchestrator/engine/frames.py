"""What is known of one round of a container, or of the top level: a frame."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from skep_contracts.plugins.nodes import Rounds
from skep_contracts.problems import Problem
from skep_orchestrator.engine.compile import PlanNode, ScopePlan

PENDING: Final = 0
READY: Final = 1
RUNNING: Final = 2
RETRYING: Final = 3
WAITING: Final = 4
SUCCEEDED: Final = 5
FAILED: Final = 6
SKIPPED: Final = 7
DECIDED: Final = SUCCEEDED
"""A status from here on is final."""


class Frame:
    """Nodes are named by their slot. Dictionaries keep the order in which things happened."""

    __slots__ = (
        "answers",
        "begun",
        "container",
        "failure",
        "index",
        "is_broken",
        "is_closed",
        "open",
        "parent",
        "plan",
        "ports",
        "ready",
        "round_texts",
        "scope",
        "skipping",
        "status",
        "taken",
        "undecided",
        "values",
    )

    def __init__(
        self,
        plan: ScopePlan,
        *,
        scope: str = "",
        parent: "Frame | None" = None,
        container: PlanNode | None = None,
        index: int = 0,
    ) -> None:
        self.plan = plan
        self.scope = scope
        self.parent = parent
        self.container = container
        """Whose round this is; None at the top."""
        self.index = index
        """Number of the round, from 0."""
        self.status = bytearray(len(plan.nodes))
        self.undecided = [node.fan_in for node in plan.nodes]
        """By node, edges that lead to it and are neither taken nor skipped yet."""
        self.taken = bytearray(len(plan.nodes))
        self.ports: dict[int, str] = {}
        """Where branching nodes left, and nodes that failed."""
        self.ready: dict[int, None] = {}
        self.skipping: dict[int, None] = {}
        self.open = 0
        """Nodes that were started and are not decided."""
        self.values: dict[str, Mapping[str, Any]] = {}
        """By root of a reference: outputs of nodes that are done; at the top the namespaces too."""
        self.answers: dict[int, str] = {}
        """Text by position among the scope's answers."""
        self.round_texts: dict[int, dict[int, str]] = {}
        """Of containers, by position and round, the text of rounds that are over."""
        self.begun: dict[int, int] = {}
        """Of containers, by slot, how many rounds were begun."""
        self.failure: tuple[str, Problem] | None = None
        """The place of the node that failed for good, when that ends the round."""
        self.is_broken = False
        """A node broke out of the container."""
        self.is_closed = False

    def lookup(self, root: str) -> Mapping[str, Any] | None:
        """Return what a reference to `root` reads here, None when there is nothing (yet)."""
        frame: Frame | None = self
        while frame is not None:
            found = frame.values.get(root)
            if found is not None:
                return found
            frame = frame.parent
        return None

    def has(self, node: PlanNode) -> bool:
        """Whether a node belongs to this frame's scope."""
        nodes = self.plan.nodes
        return node.slot < len(nodes) and nodes[node.slot] is node

    def place(self, node: PlanNode) -> str:
        """Return the name of a node in this round."""
        return f"{self.scope}/{node.id}" if self.scope else node.id

    def holder(self, node: PlanNode) -> "Frame | None":
        """Return the frame at or around this one that a node belongs to."""
        frame: Frame | None = self
        while frame is not None and not frame.has(node):
            frame = frame.parent
        return frame

    def is_around(self, root: str) -> bool:
        """Whether this is inside of the container named `root`."""
        frame: Frame | None = self
        while frame is not None:
            if frame.container is not None and frame.container.id == root:
                return True
            frame = frame.parent
        return False

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing more can happen in it."""
        return not (self.open or self.ready or self.skipping)

    def text(self) -> str:
        """Return the text of its answers, in their order."""
        return "".join(
            "".join(text for _, text in sorted(self.round_texts[position].items()))
            if position in self.round_texts
            else self.answers.get(position, "")
            for position in range(len(self.plan.answers))
        )


class Doing(NamedTuple):
    """An attempt of a node that is under way."""

    frame: Frame
    node: PlanNode
    attempt: int

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.frame.place(self.node)


class Retrying(NamedTuple):
    """A node between two attempts."""

    frame: Frame
    node: PlanNode
    attempt: int
    """The next one."""
    due_ms: int


class Resumption(NamedTuple):
    """What came of a wait, and when it was to end."""

    answer: dict[str, Any]
    until_ms: int | None


class Waiting(NamedTuple):
    """A node that waits for something outside."""

    doing: Doing
    wait: Any
    until_ms: int | None


class Repetition:
    """A container that is under way."""

    __slots__ = (
        "begun",
        "closing",
        "deadline_ms",
        "ended",
        "failed",
        "fault",
        "frame",
        "frames",
        "is_over",
        "items",
        "node",
        "outputs",
        "rounds",
        "size_bytes",
        "total",
        "variables",
    )

    def __init__(self, frame: Frame, node: PlanNode, rounds: Rounds) -> None:
        self.frame = frame
        """Where the container itself stands."""
        self.node = node
        self.rounds = rounds
        self.items: list[Any] | None = None
        self.total = rounds.max_rounds
        self.begun = 0
        self.ended = 0
        self.failed = 0
        self.frames: dict[int, Frame] = {}
        """Rounds under way."""
        self.closing: dict[int, None] = {}
        """Of these, rounds that have come to their end."""
        self.outputs: dict[int, Any] = {}
        """By round; of failed rounds only where null stands in."""
        self.size_bytes = 0
        """Of the outputs, as JSON."""
        self.variables: dict[str, Any] = {}
        self.is_over = False
        """No further round begins."""
        self.fault: Problem | None = None
        """Why the container fails."""
        self.deadline_ms: int | None = None

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.frame.place(self.node)

    @property
    def may_begin(self) -> bool:
        """Whether another round may begin now."""
        return (
            self.fault is None
            and not self.is_over
            and self.begun < self.total
            and len(self.frames) < self.rounds.parallel
        )

    @property
    def has_news(self) -> bool:
        """Whether there is something to decide about it."""
        return bool(self.closing) or self.fault is not None or self.may_begin or self.is_done

    @property
    def is_done(self) -> bool:
        """Whether all rounds there will be are over."""
        return not self.frames and (self.is_over or self.begun >= self.total)

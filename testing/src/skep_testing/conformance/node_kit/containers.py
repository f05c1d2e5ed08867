"""What every container promises: its rounds are data, bounded, and the same when asked again."""

import random
import re
from typing import Any, ClassVar, Final

import msgspec

from skep_contracts.conditions import MAX_CONDITIONS, find_condition_faults
from skep_contracts.plugins.nodes import NodeDescription, Rounds, no_runner
from skep_contracts.values import check_value, has_type
from skep_testing.conformance.isolation import forbidden_io
from skep_testing.conformance.node_kit.describing import DescriptionChecks

MAX_ROUNDS: Final = 100_000
MAX_PARALLEL: Final = 100
READ_INSIDE: Final = frozenset({"item", "index"})
"""What every round offers; no variable has such a name."""
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


class ContainerConformance(DescriptionChecks):
    """Inherit and fill in the attributes."""

    expected_rounds: ClassVar[Rounds | None] = None
    """Of `valid_settings`; None to leave it to other tests."""

    def _rounds(self, description: NodeDescription) -> Rounds:
        assert description.rounds is not None, "a container says how it repeats its nodes"
        rounds = description.rounds(self._settings(description))
        assert isinstance(rounds, Rounds)
        return rounds

    def test_container_is_not_run(self, description: NodeDescription) -> None:
        """The engine carries it out: nobody would call a runner, a port or a write of its own."""
        assert description.role == "container"
        assert description.factory is no_runner
        assert description.ports is None
        assert description.writes is None
        assert description.answer_field is None

    def test_rounds_repeat_themselves_and_touch_nothing(self, description: NodeDescription) -> None:
        """They are asked again on recovery."""
        random.seed(1)
        first = self._rounds(description)

        random.seed(2)
        with forbidden_io() as witness:
            second = self._rounds(description)

        assert first == second
        assert witness.seen == []
        if self.expected_rounds is not None:
            assert first == self.expected_rounds

    def test_rounds_are_data(self, description: NodeDescription) -> None:
        """What they hold can be written down, and its conditions can be asked."""
        rounds = self._rounds(description)

        check_value(_plain(rounds))
        faults, count = find_condition_faults(rounds.until)
        assert not faults
        assert count <= MAX_CONDITIONS

    def test_rounds_are_bounded(self, description: NodeDescription) -> None:
        """Neither their number nor how many are under way is without end."""
        rounds = self._rounds(description)

        assert 1 <= rounds.max_rounds <= MAX_ROUNDS
        assert 1 <= rounds.parallel <= MAX_PARALLEL
        if rounds.items is msgspec.UNSET:
            assert rounds.parallel == 1, "rounds without items follow each other"

    def test_variables_have_names_of_their_own(self, description: NodeDescription) -> None:
        """A reference means one thing."""
        names = [variable.name for variable in self._rounds(description).variables]

        assert len(set(names)) == len(names)
        assert READ_INSIDE.isdisjoint(names)
        assert all(_NAME.match(name) for name in names)

    def test_container_declares_what_its_rounds_give(self, description: NodeDescription) -> None:
        """Outside, the outputs are the collected one, the number of rounds and the variables."""
        rounds = self._rounds(description)
        declared = {o.name: o.type for o in description.outputs(self._settings(description))}

        expected: dict[str, Any] = {found.name: found.type for found in rounds.variables}
        if rounds.output is not msgspec.UNSET:
            assert declared["output"].startswith("array["), "outputs of rounds are an array"
            assert has_type([], declared["output"])
            expected["output"] = declared["output"]
        assert declared == {**expected, "rounds": "number"}


def _plain(rounds: Rounds) -> Any:
    """Return the rounds as JSON values; what is not set is left out."""
    return msgspec.to_builtins(rounds, str_keys=True)

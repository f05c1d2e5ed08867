"""Which store a dataset is kept in that names none."""

from typing import Any

import pytest

from skep_contracts.plugins.stores import StoreDescription
from skep_contracts.problems import InvalidInput
from skep_ingest.datasets.collections import Collections


def _never(_context: Any) -> Any:
    raise NotImplementedError


class Host:
    """Stores, and what was set for them."""

    def __init__(self, **settings: dict[str, Any]) -> None:
        needs = {"required": ["url"]}
        self.settings_of = settings
        self.stores = {
            "file": StoreDescription(name="file", title="F", factory=_never),
            "server": StoreDescription(
                name="server", title="S", settings_schema=needs, factory=_never
            ),
        }

    def context(self, owner: StoreDescription) -> Any:
        settings = self.settings_of.get(owner.name, {})
        return type("Context", (), {"settings": settings})()


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        ({}, "file"),
        ({"server": {"key": "x"}}, "file"),
        ({"server": {"url": "x"}}, "server"),
        ({"file": {"cache": 1}}, "file"),
    ],
)
def test_store_that_was_set_up_or_needs_nothing_is_chosen(
    settings: dict[str, Any], chosen: str
) -> None:
    assert Collections(Host(**settings)).choose(None) == chosen


def test_operator_and_dataset_have_the_last_word() -> None:
    host = Host(server={"url": "x"})

    assert Collections(host, default_store="file").choose(None) == "file"
    assert Collections(host, default_store="file").choose("server") == "server"


def test_two_that_were_set_up_have_to_be_told_apart() -> None:
    host = Host(server={"url": "x"}, file={"cache": 1})

    with pytest.raises(InvalidInput, match="Name a store"):
        Collections(host).choose(None)


@pytest.mark.parametrize("settings", [{}, {"server": {"key": "x"}}])
def test_store_that_nobody_set_up_is_refused_at_once(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="enter `url`") as refused:
        Collections(Host(**settings)).choose("server")

    assert refused.value.exact_code == "store_not_set_up"

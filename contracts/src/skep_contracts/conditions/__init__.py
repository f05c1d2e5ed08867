"""Conditions over values: data that an author writes, with one meaning for all who use them."""

from skep_contracts.conditions.comparing import OF_ITEMS, UNARY, ComparisonError, holds
from skep_contracts.conditions.condition import Condition, Match, Operator
from skep_contracts.conditions.deciding import MAX_STEPS, all_hold, items_that_hold, part_of
from skep_contracts.conditions.soundness import MAX_CONDITIONS, MAX_DEPTH, find_condition_faults

__all__ = [
    "MAX_CONDITIONS",
    "MAX_DEPTH",
    "MAX_STEPS",
    "OF_ITEMS",
    "UNARY",
    "ComparisonError",
    "Condition",
    "Match",
    "Operator",
    "all_hold",
    "find_condition_faults",
    "holds",
    "items_that_hold",
    "part_of",
]

"""Conditions over values: data that an author writes, with one meaning for all who use them."""

from skep_contracts.conditions.comparing import UNARY, ComparisonError, holds
from skep_contracts.conditions.condition import Condition, Match, Operator
from skep_contracts.conditions.deciding import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    all_hold,
    find_condition_faults,
)

__all__ = [
    "MAX_CONDITIONS",
    "MAX_DEPTH",
    "UNARY",
    "ComparisonError",
    "Condition",
    "Match",
    "Operator",
    "all_hold",
    "find_condition_faults",
    "holds",
]

"""Kept for cases that are written here; they are at home in the contracts."""

from skep_contracts.sandbox_suite.cases import Case, faulty, hostile

__all__ = ["Case", "faulty", "hostile"]

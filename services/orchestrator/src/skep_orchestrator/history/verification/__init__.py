"""Holds a run's log against the rules that every log keeps, whoever wrote it. Pure.

Nothing of the engine is used here: a check that shares code with what it checks shares its
mistakes.
"""

from skep_orchestrator.history.verification.verifier import Verifier, verify

__all__ = ["Verifier", "verify"]

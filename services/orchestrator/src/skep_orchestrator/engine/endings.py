"""How a run ends that its document did not bring to an end."""

from skep_contracts.problems import Defect, Problem, Retry
from skep_contracts.run_log import RunFailed
from skep_orchestrator.engine.state import RunState


def given_up(state: RunState, now_ms: int, *, trace: str | None) -> RunFailed:
    """End a run that ended one worker after the other."""
    problem = Problem(
        code="run_keeps_failing",
        title="The run ended its workers",
        status=500,
        detail=f"{state.takeovers} workers in a row were lost while they held this run and no node "
        "ended. It was given up so that it does no more harm.",
        retry=Retry.NEVER,
        trace_id=trace,
    )
    return RunFailed(at_ms=now_ms, problem=problem, elapsed_s=state.elapsed_s(now_ms))


def failed_by_defect(state: RunState, now_ms: int, *, trace: str | None) -> RunFailed:
    """End a run that met a mistake of ours; the server's log has it under the same trace."""
    defect = Defect("Skep made a mistake in running this. The server's log has the details.")
    problem = defect.to_problem(trace_id=trace)
    return RunFailed(at_ms=now_ms, problem=problem, elapsed_s=state.elapsed_s(now_ms))

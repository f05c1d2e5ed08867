"""What the code gave is held to what was declared, and its faults are told by line."""

from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.plugins.runtimes import CodeFault, CodeResult
from skep_contracts.problems import InvalidInput, Unavailable
from skep_node_code.node import CodeNode
from skep_node_code.settings import CodeSettings, check
from skep_testing.conformance.nodes import FakeNodeContext


async def run(result: CodeResult | Exception, **settings: Any) -> NodeResult:
    given = {"code": "def main(): ...", "outputs": {"a": "string"}, **settings}
    context = FakeNodeContext({"start": {"n": 3, "s": "x"}}, code=result)
    return await CodeNode().run(context, msgspec.convert(given, CodeSettings))


async def refusal(result: CodeResult, **settings: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        await run(result, **settings)
    return caught.value


async def test_inputs_keep_their_types_and_limits_travel() -> None:
    context = FakeNodeContext({"start": {"n": 3, "s": "x"}}, code=CodeResult(result={}))
    settings = CodeSettings(
        code="…", inputs={"n": "{{start.n}}", "t": "{{start.s}}-{{start.n}}", "c": [1]}
    )

    await CodeNode().run(context, settings)

    (request,) = context.codes
    assert request.inputs == {"n": 3, "t": "x-3", "c": [1]}
    assert request.tenant == context.tenant
    assert (request.limits.wall_s, request.limits.memory_bytes) == (10.0, 256 << 20)


async def test_prints_become_logs() -> None:
    printed = CodeResult(result={"a": "x"}, stdout="one\ntwo\n", stderr="bad\n")

    assert (await run(printed)).logs == ("one", "two", "stderr: bad")


async def test_endless_prints_are_cut() -> None:
    result = await run(CodeResult(result={"a": "x"}, stdout="x\n" * 1_000))

    assert len(result.logs) == 201
    assert result.logs[-1] == "… 800 more lines"


async def test_missing_extra_and_wrong_outputs_are_all_named() -> None:
    given = CodeResult(result={"b": 1, "more": 2, "list": [1, "x"], "flag": True})
    outputs = {"a": "string", "b": "string", "list": "array[number]", "flag": "number"}

    error = await refusal(given, outputs=outputs)

    assert error.exact_code == "code_outputs_differ"
    assert {fault.pointer for fault in error.errors} == {
        "/outputs/a",
        "/outputs/b",
        "/outputs/more",
        "/outputs/list",
        "/outputs/flag",
    }
    assert "missing: `a`" in error.detail
    assert "extra: `more`" in error.detail


async def test_null_is_of_every_type() -> None:
    assert (await run(CodeResult(result={"a": None}))).outputs == {"a": None}


async def test_fault_has_the_authors_line_and_notes_of_what_was_printed() -> None:
    fault = CodeResult(
        fault=CodeFault.EXCEPTION,
        message="ZeroDivisionError: division by zero\n  line 3, in main: return 1 / 0",
        line=3,
        stdout="before\n",
    )

    error = await refusal(fault)

    assert error.detail == "The code failed in line 3. ZeroDivisionError: division by zero"
    assert error.exact_code == "code_exception"
    assert error.errors[0].pointer == "/code"
    assert "return 1 / 0" in error.errors[0].message
    assert error.__notes__ == ["before"]


@pytest.mark.parametrize("fault", CodeFault)
async def test_every_fault_is_explained(fault: CodeFault) -> None:
    error = await refusal(CodeResult(fault=fault, message="because"))

    assert error.exact_code == f"code_{fault.value}"
    assert "because" in error.detail


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [({"language": "cobol"}, "/language"), ({"environment": "pandas"}, "/environment")],
)
async def test_what_the_sandbox_lacks_is_pointed_at(settings: dict[str, str], pointer: str) -> None:
    error = await refusal(CodeResult(fault=CodeFault.UNSUPPORTED, message="not here"), **settings)

    assert [fault.pointer for fault in error.errors] == [pointer]


async def test_language_and_environment_travel() -> None:
    context = FakeNodeContext({}, code=CodeResult(result={}))
    settings = CodeSettings(code="…", language="javascript", environment="e")

    await CodeNode().run(context, settings)

    (request,) = context.codes
    assert (request.language, request.environment) == ("javascript", "e")


async def test_missing_sandbox_stays_unavailable() -> None:
    with pytest.raises(Unavailable):
        await run(Unavailable("no isolation"))


def test_unknown_type_suggests_the_right_one() -> None:
    with pytest.raises(InvalidInput) as caught:
        check(CodeSettings(code="x", outputs={"a": "strin"}))

    assert "did you mean `string`" in caught.value.errors[0].message

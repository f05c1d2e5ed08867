"""Programs as people write them: all of these must work."""

from typing import Any, Final

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.sandbox_suite.cases import Case, faulty

VALUES: Final[dict[str, Any]] = {
    "null": None,
    "truth": True,
    "integer": -(2**63),
    "large": 2**63 - 1,
    "number": 1.5e-300,
    "text": 'Grüße, 世界 🐝 \u0000 \u2028 \\ "',
    "empty": "",
    "list": [[], {}, [None, [1, [2]]]],
    "object": {"": 1, "a b": {"c": "d"}},
}


def _cut(result: CodeResult) -> bool:
    return result.stdout.startswith("x" * 1000) and len(result.stdout) < 3_000


BENIGN: Final = (
    Case(
        name="values_come_back_as_they_went_in",
        code="def main(**inputs):\n    return inputs\n",
        inputs=VALUES,
        result=VALUES,
    ),
    Case(name="no_inputs", code="def main():\n    return {}\n", result={}),
    Case(
        name="large_input",
        code="def main(text):\n    return {'size': len(text), 'end': text[-3:]}\n",
        inputs={"text": "é" * 500_000 + "end"},
        result={"size": 500_003, "end": "end"},
    ),
    Case(
        name="large_result",
        code="def main():\n    return {'text': 'a' * 900_000}\n",
        check=lambda result: result.result == {"text": "a" * 900_000},
    ),
    Case(
        name="prints_are_captured_apart",
        code="import sys\nprint('one')\ndef main():\n    print('two', file=sys.stderr)\n"
        "    print('drei ü', end='')\n    return {}\n",
        result={},
        check=lambda result: (result.stdout, result.stderr) == ("one\ndrei ü", "two\n"),
    ),
    Case(
        name="long_prints_are_cut_and_marked",
        code="def main():\n    for _ in range(5000):\n        print('x' * 1000)\n"
        "    return {'a': 1}\n",
        limits=RunLimits(log_bytes=2_000),
        result={"a": 1},
        check=_cut,
    ),
    Case(
        name="standard_library",
        code="""
import base64, collections, csv, datetime, decimal, difflib, hashlib, html, io, itertools
import json, math, random
import re, secrets, statistics, string, textwrap, unicodedata, urllib.parse, uuid, zlib
import xml.etree.ElementTree as tree
from zoneinfo import ZoneInfo


def main():
    assert json.loads(json.dumps({"a": [1]})) == {"a": [1]}
    assert hashlib.sha256(b"a").hexdigest().startswith("ca978112")
    assert decimal.Decimal("0.1") + decimal.Decimal("0.2") == decimal.Decimal("0.3")
    assert zlib.decompress(zlib.compress(b"abc")) == b"abc"
    assert list(csv.reader(io.StringIO("a,b"))) == [["a", "b"]]
    assert statistics.mean([1, 2, 3]) == 2 and math.isclose(math.pi, 3.14159, rel_tol=1e-5)
    assert re.findall(r"\\d+", "a1b22") == ["1", "22"]
    assert tree.fromstring("<a><b/></a>")[0].tag == "b"
    assert uuid.uuid4() != uuid.uuid4() and len(secrets.token_hex(8)) == 16
    assert urllib.parse.quote("a b") == "a%20b" and html.escape("<") == "&lt;"
    noon = datetime.datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    return {"utc": noon.astimezone(datetime.timezone.utc).hour, "most": collections.Counter("aab")}
""",
        result={"utc": 10, "most": {"a": 2, "b": 1}},
    ),
    Case(
        name="private_files",
        code="""
import os, pathlib, shutil, tempfile


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "a.txt")
        path.write_text("hello")
        shutil.copy2(path, path.with_suffix(".bak"))
        os.rename(path, f"{folder}/c")
        names = sorted(os.listdir(folder))
    pathlib.Path("here").write_text("x")
    return {"names": names, "there": os.path.exists("here"), "left": os.path.exists(folder)}
""",
        result={"names": ["a.bak", "c"], "there": True, "left": False},
    ),
    Case(
        name="threads",
        code="""
import threading
from concurrent.futures import ThreadPoolExecutor


def main():
    lock, seen = threading.Lock(), []
    with ThreadPoolExecutor(4) as pool:
        total = sum(pool.map(lambda n: n * n, range(100)))
    return {"total": total, "alive": threading.active_count()}
""",
        result={"total": 328350, "alive": 1},
    ),
    Case(
        name="event_loop",
        code="""
import asyncio


async def work(n):
    await asyncio.sleep(0.001)
    return n


async def everything():
    return sum(await asyncio.gather(*(work(n) for n in range(50))))


def main():
    return {"sum": asyncio.run(everything())}
""",
        result={"sum": 1225},
    ),
    Case(
        name="classes_and_data",
        code="""
import dataclasses, enum, typing


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int
    y: "int" = 2


if __name__ == "__main__":
    raise SystemExit("this is not a script")


def main(x: int, **rest: typing.Any) -> dict:
    return {**dataclasses.asdict(Point(x)), "colour": Colour.RED.name, "rest": rest}
""",
        inputs={"x": 1, "z": [3]},
        result={"x": 1, "y": 2, "colour": "RED", "rest": {"z": [3]}},
    ),
    Case(
        name="tuples_become_lists",
        code="def main():\n    return {'pair': (1, 2)}\n",
        result={"pair": [1, 2]},
    ),
    Case(
        name="reading_standard_input_ends_at_once",
        code="import sys\ndef main():\n    return {'read': sys.stdin.read()}\n",
        result={"read": ""},
    ),
    Case(
        name="a_caught_shortage_of_memory_is_no_fault",
        code="def main():\n    try:\n        bytearray(1 << 40)\n    except MemoryError:\n"
        "        return {'caught': True}\n",
        result={"caught": True},
    ),
    Case(
        name="measurements_are_given",
        code="def main():\n    return {'x': sum(range(1000))}\n",
        result={"x": 499500},
        check=lambda result: 0 < result.elapsed_s < 4 and result.peak_memory_bytes > 1_000_000,
    ),
)

MISTAKES: Final = (
    faulty(
        "exception_with_the_authors_line",
        "def inner(x):\n    return 1 / x\n\ndef main(x):\n    return {'y': inner(x)}\n",
        CodeFault.EXCEPTION,
        inputs={"x": 0},
        check=lambda r: r.line == 2 and "ZeroDivisionError" in r.message and "line 5" in r.message,
    ),
    faulty(
        "exception_while_loading",
        "x = 1\nraise ValueError('no good')\n",
        CodeFault.EXCEPTION,
        check=lambda r: r.line == 2 and "no good" in r.message,
    ),
    faulty(
        "syntax_error_with_its_line",
        "def main():\n    return {\n\nx = = 3\n",
        CodeFault.SYNTAX,
        check=lambda r: r.line is not None and r.line >= 2 and "SyntaxError" in r.message,
    ),
    faulty(
        "wrong_indentation",
        "def main():\n    a = 1\n      b = 2\n",
        CodeFault.SYNTAX,
        check=lambda r: r.line == 3,
    ),
    faulty("null_byte_in_source", "def main():\n    return {}\n\0", CodeFault.SYNTAX),
    faulty("no_main", "x = 1\n", CodeFault.NO_MAIN),
    faulty("main_is_no_function", "main = 3\n", CodeFault.NO_MAIN),
    faulty(
        "missing_argument",
        "def main(a, b):\n    return {}\n",
        CodeFault.EXCEPTION,
        inputs={"a": 1},
        check=lambda r: "'b'" in r.message and r.line == 1,
    ),
    faulty(
        "unexpected_argument",
        "def main(a):\n    return {}\n",
        CodeFault.EXCEPTION,
        inputs={"a": 1, "c": 2},
        check=lambda r: "'c'" in r.message,
    ),
    faulty("missing_module", "import no_such_module\n", CodeFault.EXCEPTION),
    *(
        faulty(f"result_is_{name}", f"def main():\n    return {code}\n", CodeFault.BAD_RESULT)
        for name, code in (
            ("nothing", "None"),
            ("a_list", "[1]"),
            ("a_text", "'{}'"),
            ("not_a_number", "{'x': float('nan')}"),
            ("infinite", "{'x': [float('-inf')]}"),
            ("bytes", "{'x': b'1'}"),
            ("a_set", "{'x': {1}}"),
            ("an_object", "{'x': object()}"),
            ("half_a_character", "{'x': chr(0xd800)}"),
            ("keyed_by_a_tuple", "{(1, 2): 3}"),
        )
    ),
    faulty(
        "circular_result",
        "def main():\n    a = {}\n    a['a'] = a\n    return a\n",
        CodeFault.BAD_RESULT,
    ),
    faulty(
        "bad_result_names_the_place",
        "def main():\n    return {'a': {'b': [1, {2}]}}\n",
        CodeFault.BAD_RESULT,
        check=lambda r: "'b'" in r.message and "set" in r.message,
    ),
)
"""Mistakes of authors: the fault says what and where."""

"""JavaScript as people write it, and their mistakes: all must work, with the author's own lines."""

from collections.abc import Callable
from typing import Any, Final

from skep_contracts.plugins.runtimes import CodeFault, CodeResult
from skep_contracts.sandbox_suite.cases import Case

RETURN_REAL: Final = "function main() { return {real: 1}; }\n"


def script(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    """Return a program in JavaScript that gives its result, or one of `faults`."""
    return Case(name=name, code=code, language="javascript", faults=frozenset(faults), **options)


def works(name: str, code: str, result: dict[str, Any], **options: Any) -> Case:
    """Return a program that must give this result."""
    return script(name, code, result=result, **options)


def told(line: int | None, *words: str) -> Callable[[CodeResult], bool]:
    """Return a check: the fault is at this line of the author's, and its message has all words."""
    return lambda result: result.line == line and all(word in result.message for word in words)


def _mistake(name: str, code: str, fault: CodeFault, line: int | None, *words: str) -> Case:
    return script(name, code, fault, check=told(line, *words))


WORKS: Final = (
    works(
        "inputs_by_name",
        "function main({a, b = 2}) { return {sum: a + b}; }",
        {"sum": 3},
        inputs={"a": 1},
    ),
    works(
        "inputs_keep_their_types",
        "function main(inputs) { return inputs; }",
        {"n": 1.5, "t": "é😀\0", "l": [1, None, True], "o": {"__proto__": {"x": 1}}},
        inputs={"n": 1.5, "t": "é😀\0", "l": [1, None, True], "o": {"__proto__": {"x": 1}}},
    ),
    works("main_as_a_constant", "const main = ({n}) => ({n});", {"n": 3}, inputs={"n": 3}),
    works(
        "helpers_and_classes",
        "class Box { #n; constructor(n) { this.#n = n; } get twice() { return this.#n * 2; } }\n"
        "const add = (...all) => all.reduce((x, y) => x + y, 0);\n"
        "function main() { return {a: add(1, 2, 3), b: new Box(4).twice}; }",
        {"a": 6, "b": 8},
    ),
    works(
        "asynchronous_main",
        "const later = (ms) => new Promise((done) => setTimeout(done, ms));\n"
        "async function main({n}) {\n  await later(5);\n"
        "  const all = await Promise.all([n, later(10).then(() => 2)]);\n  return {all};\n}",
        {"all": [1, 2]},
        inputs={"n": 1},
    ),
    works(
        "thenable_result",
        "function main() { return {then(done) { done({a: 1}); }}; }",
        {"a": 1},
    ),
    works(
        "timers_in_order",
        "function main() {\n  const seen = [];\n  return new Promise((done) => {\n"
        "    setTimeout(() => seen.push('late'), 300);\n    const id = setTimeout(() => 0, 1);\n"
        "    clearTimeout(id);\n    let n = 0;\n    const every = setInterval(() => {\n"
        "      seen.push(n += 1);\n      if (n === 2) clearInterval(every);\n    }, 2);\n"
        "    setTimeout(() => done({seen}), 400);\n  });\n}",
        {"seen": [1, 2, "late"]},
    ),
    works(
        "what_the_web_has",
        "function main() {\n"
        "  const bytes = new TextEncoder().encode('é€😀');\n"
        "  const copy = structuredClone({when: new Date(0), set: new Set([1])});\n"
        "  return {\n    text: new TextDecoder().decode(bytes), size: bytes.length,\n"
        "    b64: atob(btoa('hi')), copied: [...copy.set, copy.when.getTime()],\n"
        "    query: String(new URLSearchParams({q: 'a b', r: 'é&'})),\n"
        "    uuid: crypto.randomUUID().length,\n"
        "    random: new Set([Math.random(), Math.random()]).size,\n  };\n}",
        {
            "text": "é€😀",
            "size": 9,
            "b64": "hi",
            "copied": [1, 0],
            "query": "q=a+b&r=%C3%A9%26",
            "uuid": 36,
            "random": 2,
        },
    ),
    works(
        "printing",
        "function main() {\n  console.log('a', {b: [1, 'x']}, new Map([[1, 2]]), null);\n"
        "  console.log('%s has %d', 'one', 2);\n  console.error('bad\\0', Error('e').message);\n"
        "  return {};\n}",
        {},
        check=lambda result: (
            result.stdout == 'a { b: [ 1, "x" ] } Map(1) { 1 => 2 } null\none has 2\n'
            and result.stderr == "bad\0 e\n"
        ),
    ),
    works(
        "undefined_is_left_out",
        "function main() { return {a: undefined, b: new Date(0), c: [undefined, -0]}; }",
        {"b": "1970-01-01T00:00:00.000Z", "c": [None, 0]},
    ),
    works("last_value_of_any_kind", RETURN_REAL + "10n ** 9999n; '\\ud800' + 'x';", {"real": 1}),
    works(
        "long_texts",
        "function main({t}) { return {t: t + 'y'.repeat(200000) + t.length}; }",
        {"t": "é" * 100_000 + "y" * 200_000 + "100000"},
        inputs={"t": "é" * 100_000},
    ),
)

MISTAKES: Final = (
    _mistake(
        "error_two_calls_deep",
        "function helper(x) {\n  return x.y.z;\n}\nfunction main() {\n  return helper({});\n}",
        CodeFault.EXCEPTION,
        2,
        "TypeError: cannot read property 'z' of undefined",
        "line 5, in main",
        "line 2, in helper: return x.y.z;",
    ),
    _mistake(
        "error_after_waiting",
        "async function main() {\n  await null;\n  throw new RangeError('late');\n}",
        CodeFault.EXCEPTION,
        3,
        "RangeError: late",
    ),
    _mistake(
        "error_in_a_timer",
        "function main() {\n  return new Promise(() => setTimeout(() => {\n"
        "    throw new Error('in time');\n  }, 1));\n}",
        CodeFault.EXCEPTION,
        3,
        "Error: in time",
    ),
    _mistake(
        "error_while_loading",
        "\nnull.x;\n" + RETURN_REAL,
        CodeFault.EXCEPTION,
        2,
        "property 'x' of null",
    ),
    _mistake("syntax", "function main() {\n  let x = ;\n}", CodeFault.SYNTAX, 2, "SyntaxError"),
    _mistake(
        "syntax_of_a_pattern", "function main() {}\n/(/;", CodeFault.SYNTAX, None, "SyntaxError"
    ),
    _mistake("module", "export " + RETURN_REAL, CodeFault.SYNTAX, 1, "without export"),
    _mistake("null_in_the_code", "// \0\n" + RETURN_REAL, CodeFault.SYNTAX, None, "null character"),
    _mistake(
        "parsing_bad_json",
        "function main() {\n  return JSON.parse('{');\n}",
        CodeFault.EXCEPTION,
        2,
        "SyntaxError",
    ),
    _mistake("no_main", "const x = 1;", CodeFault.NO_MAIN, None, "main("),
    _mistake("main_is_no_function", "const main = 1;", CodeFault.NO_MAIN, None, "main("),
    _mistake(
        "cause_is_told",
        "function main() { throw new Error('outer', {cause: new Error('inner')}); }",
        CodeFault.EXCEPTION,
        1,
        "outer",
        "inner",
    ),
    *(
        _mistake(
            f"throwing_{name}",
            f"function main() {{ throw {value}; }}",
            CodeFault.EXCEPTION,
            None,
            words,
        )
        for name, value, words in (
            ("an_object", "{code: 7}", "{ code: 7 }"),
            ("null", "null", "null"),
            ("undefined", "undefined", "undefined"),
            ("a_text", "'plain'", "plain"),
            ("a_symbol", "Symbol('s')", "Symbol(s)"),
            ("a_bare_object", "Object.create(null)", "thrown"),
        )
    ),
    *(
        _mistake(
            f"missing_{name}",
            f"function main() {{\n  return {{x: {name}}};\n}}",
            CodeFault.EXCEPTION,
            2,
            f"{name} is not defined",
            words,
        )
        for name, words in (
            ("require", "no modules"),
            ("fetch", "no network"),
            ("Buffer", "Uint8Array"),
            ("process", "not Node.js"),
            ("window", "not a browser"),
        )
    ),
    *(
        _mistake(
            f"returning_{name}",
            f"function main() {{ {code} }}",
            CodeFault.BAD_RESULT,
            None,
            words,
        )
        for name, code, words in (
            ("nothing", "", "nothing"),
            ("a_list", "return [1];", "an array"),
            ("a_text", "return 'x';", "a string"),
            ("null", "return null;", "null"),
            ("a_function", "return {f() {}};", "function"),
            ("nan", "return {a: [0 / 0]};", "NaN"),
            ("infinity", "return {a: -1 / 0};", "Infinity"),
            ("a_bigint", "return {a: 10n};", "BigInt"),
            ("a_map", "return {a: new Map()};", "Object.fromEntries"),
            ("a_set", "return {a: new Set()};", "[...set]"),
            ("itself", "const a = {}; a.a = a; return a;", "contains itself"),
            ("half_a_surrogate_pair", "return {a: '\\ud800'};", ""),
            ("a_date", "return new Date(0);", "object"),
        )
    ),
    _mistake(
        "promise_that_never_settles",
        "function main() { return new Promise(() => {}); }",
        CodeFault.EXCEPTION,
        None,
        "never settles",
    ),
    _mistake(
        "result_too_deep",
        "function main() {\n  let x = [];\n  for (let i = 0; i < 2e4; i += 1) x = [x];\n"
        "  return {x};\n}",
        CodeFault.BAD_RESULT,
        None,
        "deep",
    ),
    _mistake(
        "result_too_large",
        "function main() { return {x: 'x'.repeat(2_000_000)}; }",
        CodeFault.TOO_MUCH_OUTPUT,
        None,
        "2,000,008",
    ),
)

"""JavaScript that wants everything, or turns on whoever runs it."""

from typing import Any, Final

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.sandbox_suite.cases import Case
from skep_contracts.sandbox_suite.javascript import RETURN_REAL, script, told, works

_MIB: Final = 1024 * 1024
_SHORT: Final = RunLimits(wall_s=0.3, cpu_s=5.0)
_SMALL: Final = RunLimits(wall_s=10.0, cpu_s=10.0, memory_bytes=64 * _MIB)
_NO_MEMORY: Final = (CodeFault.OUT_OF_MEMORY, CodeFault.KILLED)
_PLAIN: Final = (CodeFault.EXCEPTION, CodeFault.BAD_RESULT)


def _real(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    return script(name, code + RETURN_REAL, *faults, result={"real": 1}, **options)


def _was_small(result: CodeResult) -> bool:
    return result.peak_memory_bytes < 192 * _MIB


def _is_bounded(result: CodeResult) -> bool:
    return len(result.stdout) < 70_000 and len(result.stderr) < 70_000


EXHAUSTION: Final = (
    *(
        script(name, code, CodeFault.TIMED_OUT, limits=_SHORT)
        for name, code in {
            "endless_loop": "function main() { for (;;); }",
            "endless_loop_while_loading": "for (;;);",
            "endless_pattern": "function main() { /(a+)+$/.test('a'.repeat(60) + 'b'); }",
            "endless_promises": "async function main() { for (;;) await null; }",
            "endless_timers": "function main() { return new Promise(() => setInterval(() => 0)); }",
            "long_timer": "function main() { return new Promise((f) => setTimeout(f, 1e9)); }",
            "swallowing_everything": "function main() { for (;;) try { for (;;); } catch {} }",
            "getter_that_never_ends": "function main() { return {get a() { for (;;); }}; }",
            "text_of_an_error_that_never_ends": "function main() { throw "
            "{get stack() { for (;;); }, toString() { for (;;); }, __proto__: Error.prototype}; }",
            "sorting_for_ever": "function main() { const a = Array(1e6).fill(1);"
            " for (;;) a.sort(() => Math.random() - 0.5); }",
        }.items()
    ),
    *(
        script(name, code, *_NO_MEMORY, limits=_SMALL, check=_was_small)
        for name, code in {
            "arrays_without_end": "function main() { const x = []; for (;;) x.push([x.length]); }",
            "one_large_block": "function main() { return {n: new Uint8Array(1e9).length}; }",
            "shared_block": "function main() { const s = new SharedArrayBuffer(5e8);"
            " const b = new Uint8Array(s); return {n: b.fill(1).length}; }",
            "texts_without_end": "function main() { const x = []; "
            "for (let i = 0;; i += 1) x.push(`${i}`.padStart(100000, i)); }",
            "catching_the_end": "function main() {\n  const x = [];\n"
            "  try { for (;;) x.push(new Array(1000).fill(0)); } catch (e) { x.push(e); }\n"
            "  for (;;) x.push(new Array(1000).fill(1));\n}",
            "closures_without_end": "function main() { let f = () => 0; const x = [];"
            " for (;;) { const g = f; f = () => g; x.push(f); } }",
        }.items()
    ),
    script(
        "waiting_on_memory",
        "function main() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }",
        CodeFault.EXCEPTION,
        CodeFault.TIMED_OUT,
        limits=_SHORT,
    ),
    script(
        "doubling_text",
        "function main() { let x = 'ab'; for (;;) x += x; }",
        *_NO_MEMORY,
        CodeFault.EXCEPTION,
        limits=_SMALL,
        check=_was_small,
    ),
    script(
        "filled_text",
        "function main() { return {x: 'x'.repeat(5e8).replace(/x/g, 'yy')}; }",
        *_NO_MEMORY,
        CodeFault.EXCEPTION,
        CodeFault.TIMED_OUT,
        limits=_SMALL,
        check=_was_small,
    ),
    script(
        "recursion",
        "function f(n) { return f(n + 1) + 1; }\nfunction main() { return {n: f(0)}; }",
        CodeFault.EXCEPTION,
        check=told(1, "Maximum call stack size exceeded"),
    ),
    works(
        "recursion_that_is_caught",
        "function f() { f(); }\nfunction main() { try { f(); } catch (e) "
        "{ return {is: e instanceof RangeError}; } }",
        {"is": True},
    ),
    script(
        "recursion_of_a_pattern",
        "function main() { new RegExp('('.repeat(1e5) + ')'.repeat(1e5)); return {}; }",
        CodeFault.EXCEPTION,
        *_NO_MEMORY,
        is_any_result_right=True,
    ),
    script(
        "recursion_of_the_parser",
        "function main() { return {n: eval('['.repeat(1e6))}; }",
        CodeFault.EXCEPTION,
        *_NO_MEMORY,
    ),
    script(
        "flood",
        "function main() { for (;;) console.log('x'.repeat(60000)); }",
        CodeFault.TOO_MUCH_OUTPUT,
        CodeFault.TIMED_OUT,
        check=_is_bounded,
    ),
    works(
        "much_printing_is_cut",
        "function main() { console.log('é'.repeat(1e6)); console.error('y'.repeat(1e5));"
        " return {}; }",
        {},
        check=_is_bounded,
    ),
    works(
        "printing_what_is_large",
        "function main() { const x = Array.from({length: 1e5}, (_, i) => ({i, x: [i]}));\n"
        "  console.log(x); console.log({x}); return {}; }",
        {},
        check=_is_bounded,
    ),
)

TAMPERING: Final = (
    _real("redefined_json", "JSON.stringify = JSON.parse = () => '{\"forged\": 1}';"),
    _real("json_is_gone", "globalThis.JSON = undefined;"),
    _real("redefined_object", "globalThis.Object = globalThis.Array = globalThis.Error = null;"),
    _real("redefined_promise", "globalThis.Promise = class { then(f) { f({forged: 1}); } };"),
    works(
        "redefined_promise_of_an_asynchronous_main",
        "Promise.prototype.then = function (f) { f({forged: 1}); };\n"
        "Promise.resolve = () => null;\nasync function main() { await null; return {real: 1}; }",
        {"real": 1},
    ),
    _real("redefined_reflect", "Reflect.apply = () => 'x'; Reflect.ownKeys = null;"),
    _real("redefined_console", "console.log = null; globalThis.console = null;"),
    _real(
        "polluted_prototypes",
        "Object.prototype.forged = 1; Array.prototype.forged = 2; String.prototype.forged = 3;\n"
        "Object.prototype.fault = 'syntax'; Object.prototype.stack = 'x';\n",
    ),
    _real(
        "setters_on_prototypes",
        "for (const key of ['0', '1', 'value', 'fault', 'text', 'status', 'next', 'stack'])\n"
        "  Object.defineProperty(Object.prototype, key, {set() { throw new Error('set'); },\n"
        "    get() { return 'forged'; }, configurable: true});\n",
        *_PLAIN,
    ),
    _real("to_json_for_all", "Object.prototype.toJSON = () => ({real: 1});\n", *_PLAIN),
    script(
        "to_json_that_lies",
        "function main() { return {toJSON() { return 'a text'; }}; }",
        CodeFault.BAD_RESULT,
    ),
    script(
        "proxy_that_throws",
        "function main() { return new Proxy({}, {ownKeys() { throw new Error('ha'); }}); }",
        CodeFault.BAD_RESULT,
    ),
    works(
        "proxy_that_answers",
        "function main() { return new Proxy({}, {ownKeys: () => ['a'], get: () => 1,\n"
        "  getOwnPropertyDescriptor: () => ({enumerable: true, configurable: true, value: 1})}); }",
        {"a": 1},
    ),
    script(
        "proxy_that_was_revoked",
        "function main() { const {proxy, revoke} = Proxy.revocable({}, {}); revoke();\n"
        "  return {proxy}; }",
        *_PLAIN,
    ),
    script(
        "throwing_a_proxy",
        "function main() {\n"
        "  throw new Proxy({}, {get() { throw 1; }, getPrototypeOf() { throw 2; }});\n}",
        CodeFault.EXCEPTION,
    ),
    script(
        "thrown_text_like_a_stack",
        "function main() { const e = new Error('x\\n    at forged (<input>:99:1)');\n"
        "  e.stack = '    at forged (<input>:99999999999999999999:1)'; throw e; }",
        CodeFault.EXCEPTION,
    ),
    script(
        "stack_of_another_kind",
        "Error.prepareStackTrace = () => ({toString() { throw 1; }});\n"
        "function main() { throw new Error('x'); }",
        CodeFault.EXCEPTION,
    ),
    _real(
        "looking_for_doors",
        "for (const name of ['write', 'entropy', 'call', 'seed', 'status', 'payload', 'std', 'os',"
        " 'bjson', 'print', 'scriptArgs', 'require', 'process', 'Deno'])\n"
        "  if (typeof globalThis[name] !== 'undefined') throw new Error(name);\n"
        "if (Error().stack.includes('/')) throw new Error('seen');\n",
    ),
    script(
        "importing",
        "async function main() {\n  const got = [];\n"
        "  for (const name of ['os', 'std', 'fs', '/etc/passwd', '/engine/_quickjs.abi3.so'])\n"
        "    try { await import(name); got.push(name); } catch (e) { void e; }\n"
        "  return {got};\n}",
        result={"got": []},
    ),
    _real(
        "printing_what_looks_like_a_result",
        "console.log('R\\0\\0\\0\\0\\0\\0\\0\\x0d{\"forged\": 1}');\n",
    ),
    _real("freezing_the_realm", "Object.freeze(globalThis); Object.freeze(Object.prototype);\n"),
    _real("a_realm_without_prototype", "Object.setPrototypeOf(globalThis, null);\n"),
    works(
        "species_that_throws",
        "class Odd extends Array { static get [Symbol.species]() { throw 1; } }\n"
        "function main() { return {a: new Odd(1, 2).length, b: Odd.from([1])}; }",
        {"a": 2, "b": [1]},
    ),
    works(
        "nothing_is_left_for_the_next",
        "const seen = globalThis.mark ?? Math.mark ?? console.mark ?? null;\n"
        "function main() { globalThis.mark = Math.mark = console.mark = 1; return {seen}; }",
        {"seen": None},
    ),
)

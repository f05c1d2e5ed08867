"""Programs that turn on whoever runs them: the answer is the one of `main`, or a plain fault."""

from typing import Any, Final

from skep_contracts.plugins.runtimes import CodeFault, RunLimits
from skep_contracts.sandbox_suite.cases import QUICK, Case, faulty

_REAL: Final = {"real": 1}
_SHORT: Final = RunLimits(wall_s=1.0, cpu_s=5.0)
_PLAIN: Final = (CodeFault.EXCEPTION, CodeFault.BAD_RESULT, CodeFault.KILLED)
_RETURN: Final = "    return {'real': 1}\n"


def _real(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    """Return a program whose `main` ends with the real result; a forged one may not win."""
    return Case(name=name, code=code + _RETURN, result=_REAL, faults=frozenset(faults), **options)


FORGING: Final = (
    _real(
        "printing_what_looks_like_a_result",
        'def main():\n    print(\'{"result": {"forged": 1}}\')\n'
        "    print('\\x00\\x00\\x00\\x14{\"forged\": 1}', flush=True)\n",
    ),
    _real(
        "writing_to_every_descriptor",
        """
import json, os, struct


def main():
    body = json.dumps({"forged": 1}).encode()
    whole = json.dumps({"result": {"forged": 1}}).encode()
    for descriptor in range(3, 64):
        lengths = [struct.pack(form, len(body)) for form in (">I", "<I", ">Q", "<Q")]
        for data in (body, whole, *(m + n + body for n in lengths for m in (b"", b"R"))):
            try:
                os.write(descriptor, data)
            except OSError:
                pass
""",
        CodeFault.BAD_RESULT,
    ),
    _real(
        "closing_every_descriptor",
        "import os\ndef main():\n    os.closerange(3, 1024)\n",
        *_PLAIN,
    ),
    _real(
        "replacing_every_descriptor",
        "import os\ndef main():\n    null = os.open('/dev/null', os.O_RDWR)\n"
        "    for descriptor in range(0, 64):\n        os.dup2(null, descriptor)\n",
        *_PLAIN,
    ),
    _real(
        "searching_the_callers_frames",
        """
import sys
FORGED = b'{"forged": 1}'


def main():
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            for name in ("send", "result", "_send", "write", "report"):
                call = getattr(value, name, None)
                if callable(call):
                    for arguments in ((FORGED,), ("R", FORGED), (b"R", FORGED)):
                        try:
                            call(*arguments)
                        except BaseException:
                            pass
        frame = frame.f_back
""",
        *_PLAIN,
    ),
)

PATCHING: Final = (
    _real(
        "redefining_builtins",
        "import builtins\ndef main():\n    for name in list(vars(builtins)):\n"
        "        if name not in ('list', 'vars', 'setattr'):\n"
        "            setattr(builtins, name, None)\n",
        *_PLAIN,
    ),
    _real(
        "lying_builtins",
        "import builtins\ndef main():\n    builtins.len = lambda x: 5\n"
        "    builtins.isinstance = lambda *a: True\n"
        "    builtins.min = builtins.max = lambda *a: 0\n",
        *_PLAIN,
    ),
    _real(
        "patching_json",
        "import json, json.encoder\ndef main():\n"
        "    json.dumps = json.JSONEncoder.encode = lambda *a, **k: '{\"forged\": 1}'\n"
        "    json.JSONEncoder.iterencode = json.encoder.JSONEncoder.default = json.dumps\n"
        "    json.encoder.c_make_encoder = json.encoder.encode_basestring = None\n",
    ),
    _real(
        "patching_os",
        "import os\ndef main():\n    os.write = lambda fd, data: len(data)\n"
        "    os._exit = os.close = os.fdopen = lambda *a: None\n",
        *_PLAIN,
    ),
    _real(
        "emptying_the_modules",
        "import sys\ndef main():\n    sys.modules.clear()\n    sys.path.clear()\n"
        "    sys.meta_path.clear()\n",
        *_PLAIN,
    ),
    _real(
        "hooks_everywhere",
        "import sys, gc\ndef fail(*a):\n    raise RuntimeError('hook')\ndef main():\n"
        "    sys.settrace(fail)\n    sys.setprofile(lambda *a: None)\n    sys.excepthook = fail\n"
        "    sys.unraisablehook = fail\n    sys.displayhook = fail\n"
        "    gc.callbacks.append(fail)\n",
        *_PLAIN,
    ),
    _real(
        "an_audit_hook_that_refuses",
        "import sys\ndef main():\n    def refuse(event, arguments):\n"
        "        raise RuntimeError(event)\n    sys.addaudithook(refuse)\n",
        *_PLAIN,
    ),
    _real(
        "an_alarm_during_the_report",
        "import signal\ndef ring(*a):\n    raise RuntimeError('alarm')\ndef main():\n"
        "    signal.signal(signal.SIGALRM, ring)\n"
        "    signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)\n"
        "    for _ in range(1000): pass\n",
        # Where timers are exact, the handler begins again before it has ended, for ever.
        *_PLAIN,
        CodeFault.TIMED_OUT,
        limits=_SHORT,
    ),
    _real(
        "output_that_is_not_a_stream",
        "import sys\ndef main():\n    sys.stdout = sys.stderr = None\n    sys.__stdout__ = 3\n",
    ),
    _real(
        "closed_output",
        "import sys\ndef main():\n    sys.stdout.close()\n    sys.stderr.close()\n",
    ),
)

LEAVING: Final = (
    _real(
        "handlers_at_exit",
        "import atexit, time\ndef main():\n    atexit.register(time.sleep, 3600)\n"
        "    atexit.register(print, 'forged')\n",
    ),
    _real(
        "threads_left_behind",
        "import threading, time\ndef main():\n"
        "    for daemon in (True, False):\n"
        "        threading.Thread(target=time.sleep, args=(3600,), daemon=daemon).start()\n",
    ),
    _real(
        "busy_threads_left_behind",
        "import threading\ndef spin():\n    while True:\n        pass\ndef main():\n"
        "    for _ in range(3):\n        threading.Thread(target=spin).start()\n",
    ),
    _real(
        "objects_that_resist_their_end",
        "import time\nclass Slow:\n    def __del__(self):\n        time.sleep(3600)\n"
        "keep = Slow()\ndef main():\n    global other\n    other = Slow()\n",
    ),
    *(
        faulty(name, code, *_PLAIN, limits=QUICK)
        for name, code in {
            "leaving_at_once": "import os\ndef main():\n    os._exit(0)\n",
            "leaving_while_loading": "import os\nos._exit(0)\n",
            "leaving_politely": "import sys\ndef main():\n    sys.exit(0)\n",
            "aborting": "import os\ndef main():\n    os.abort()\n",
            "killing_itself": "import os\ndef main():\n    os.kill(os.getpid(), 9)\n"
            "    os._exit(0)\n",
            "killing_its_group": "import os\ndef main():\n    os.kill(0, 9)\n    os._exit(0)\n",
            "reading_nowhere": "import ctypes\ndef main():\n    ctypes.string_at(8)\n",
            "overwriting_memory": "import ctypes\ndef main():\n"
            "    ctypes.memset(id(main), 255, 10_000)\n"
            "    return main()\n",
            "interrupting": "def main():\n    raise KeyboardInterrupt\n",
            "generator_exit": "def main():\n    raise GeneratorExit\n",
            "own_base_exception": "class Mine(BaseException): pass\ndef main():\n"
            "    raise Mine('x')\n",
        }.items()
    ),
)

ODD_RESULTS: Final = (
    faulty("coroutine", "async def main():\n    return {}\n", CodeFault.BAD_RESULT),
    faulty("generator", "def main():\n    yield {}\n", CodeFault.BAD_RESULT),
    faulty(
        "exception_without_a_text",
        "class Bad(Exception):\n    def __str__(self):\n        raise RuntimeError\n"
        "def main():\n    raise Bad\n",
        CodeFault.EXCEPTION,
        check=lambda r: r.line == 5 and "Bad" in r.message,
    ),
    faulty(
        "exception_with_a_text_that_lies",
        "class Text(str):\n    def __getitem__(self, key):\n        return self\n"
        "    def __len__(self):\n        return -1\n    def encode(self, *a):\n        return 3\n"
        "class Bad(Exception):\n    def __str__(self):\n        return Text('hello')\n"
        "def main():\n    raise Bad\n",
        CodeFault.EXCEPTION,
        check=lambda r: "hello" in r.message,
    ),
    faulty(
        "exception_without_a_name",
        "class Meta(type):\n    @property\n    def __name__(cls):\n        raise RuntimeError\n"
        "class Bad(Exception, metaclass=Meta): pass\ndef main():\n    raise Bad('hello')\n",
        CodeFault.EXCEPTION,
        check=lambda r: "hello" in r.message,
    ),
    faulty(
        "exception_with_a_huge_text",
        "def main():\n    raise ValueError('x' * 10_000_000)\n",
        CodeFault.EXCEPTION,
        check=lambda r: len(r.message) < 10_000,
    ),
    faulty(
        "exception_with_half_a_character",
        "def main():\n    raise ValueError(chr(0xdc00))\n",
        CodeFault.EXCEPTION,
    ),
    faulty(
        "dictionary_that_lies",
        "class Liar(dict):\n    def items(self):\n        raise RuntimeError('no')\n"
        "    def __len__(self):\n        return 1\n"
        "def main():\n    return Liar(a=1)\n",
        *_PLAIN,
    ),
    faulty(
        "type_that_cannot_be_named",
        "class Meta(type):\n    @property\n    def __name__(cls):\n        raise RuntimeError\n"
        "class A(metaclass=Meta): pass\ndef main():\n    return {'x': A()}\n",
        *_PLAIN,
    ),
    Case(
        name="results_that_change_while_they_are_read",
        code="import threading\ndef main():\n    x = {str(n): n for n in range(1000)}\n"
        "    def change():\n        while True:\n            x.clear()\n            x['real'] = 1\n"
        "    threading.Thread(target=change, daemon=True).start()\n    return {'x': x}\n",
        faults=frozenset(_PLAIN),
        check=lambda r: r.fault is not None or isinstance((r.result or {}).get("x"), dict),
        is_any_result_right=True,
    ),
)

TAMPERING: Final = (*FORGING, *PATCHING, *LEAVING, *ODD_RESULTS)

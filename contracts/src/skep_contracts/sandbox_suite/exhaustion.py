"""Programs that want everything: each is held to its limits, and soon."""

from typing import Final

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.sandbox_suite.cases import Case, faulty, hostile

_MIB: Final = 1024 * 1024
_SHORT: Final = RunLimits(wall_s=0.3, cpu_s=5.0)
_SMALL: Final = RunLimits(wall_s=10.0, cpu_s=10.0, memory_bytes=64 * _MIB, disk_bytes=8 * _MIB)
_NO_MEMORY: Final = (CodeFault.OUT_OF_MEMORY, CodeFault.KILLED)


def _bounded(result: CodeResult) -> bool:
    return len(result.stdout) < 70_000 and len(result.stderr) < 70_000


def _was_small(result: CodeResult) -> bool:
    return result.peak_memory_bytes < 160 * _MIB


TIME: Final = (
    *(
        faulty(name, code, CodeFault.TIMED_OUT, limits=_SHORT)
        for name, code in {
            "endless_loop": "def main():\n    while True:\n        pass\n",
            "endless_loop_while_loading": "while True:\n    pass\n",
            "long_sleep": "import time\ndef main():\n    time.sleep(3600)\n",
            "endless_computation_in_c": "def main():\n"
            "    return {'x': len(str(7 ** 20_000_000))}\n",
            "endless_pattern": "import re\ndef main():\n    re.match(r'(a+)+$', 'a' * 60 + 'b')\n",
            "endless_constant": "x = sum(range(10 ** 12))\n",
            "pausing": "import signal\ndef main():\n    signal.pause()\n",
            "stopping_itself": "import os, signal, time\ndef main():\n"
            "    os.kill(os.getpid(), signal.SIGSTOP)\n    time.sleep(3600)\n",
            "swallowing_everything": "def main():\n    while True:\n        try:\n"
            "            while True:\n                pass\n        except BaseException:\n"
            "            continue\n",
            "deaf_to_signals": "import signal\ndef main():\n"
            "    for number in range(1, 32):\n        try:\n"
            "            signal.signal(number, signal.SIG_IGN)\n"
            "        except (OSError, ValueError):\n"
            "            pass\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
            "    while True:\n        pass\n",
            "threads_that_never_end": "import threading\ndef main():\n"
            "    def spin():\n        while True:\n            pass\n"
            "    threads = [threading.Thread(target=spin) for _ in range(4)]\n"
            "    [thread.start() for thread in threads]\n"
            "    [thread.join() for thread in threads]\n",
            "deadlock": "import threading\ndef main():\n    lock = threading.Lock()\n"
            "    lock.acquire()\n    lock.acquire()\n",
            "text_of_an_exception_that_never_ends": "class Bad(Exception):\n"
            "    def __str__(self):\n        while True:\n            pass\n\n"
            "def main():\n    raise Bad\n",
        }.items()
    ),
    faulty(
        "processor_time_of_threads_together",
        "def main():\n    import threading\n    def spin():\n        while True:\n"
        "            pass\n"
        "    for _ in range(3):\n        threading.Thread(target=spin).start()\n    spin()\n",
        CodeFault.TIMED_OUT,
        limits=RunLimits(wall_s=30.0, cpu_s=1.0),
        most_s=25.0,
    ),
)

MEMORY: Final = (
    *(
        faulty(name, code, *_NO_MEMORY, limits=_SMALL, check=_was_small)
        for name, code in {
            "one_large_block": "def main():\n    return {'x': len(bytearray(10 ** 9))}\n",
            "many_small_objects": "def main():\n    x = []\n    while True:\n"
            "        x.append([None])\n",
            "doubling_text": "def main():\n    x = 'ab'\n    while True:\n        x += x\n",
            "growing_dictionary": "def main():\n    x = {}\n    while True:\n"
            "        x[len(x)] = 1.5\n",
            "shared_mapping": "import mmap\ndef main():\n    keep = []\n    while True:\n"
            "        m = mmap.mmap(-1, 1 << 20)\n        m.write(b'x' * (1 << 20))\n"
            "        keep.append(m)\n",
            "decompression_bomb": "import zlib\ndef main():\n    c = zlib.compressobj(1)\n"
            "    data = b''.join(c.compress(bytes(1 << 20)) for _ in range(120)) + c.flush()\n"
            "    return {'x': len(zlib.decompress(data))}\n",
            "large_integer": "def main():\n    x = 1 << (8 * 10 ** 9)\n",
            "expanding_text": "def main():\n    return {'x': len(f'{1:{10 ** 9}}')}\n",
        }.items()
    ),
    faulty(
        "deep_recursion",
        "def main():\n    return main()\n",
        CodeFault.EXCEPTION,
        check=lambda r: "RecursionError" in r.message,
    ),
    faulty(
        "recursion_without_a_limit",
        "import sys\nsys.setrecursionlimit(10 ** 9)\n"
        "class A:\n    def __getattr__(self, name):\n        return getattr(self, name + 'x')\n"
        "def main():\n    return A().x\n",
        CodeFault.EXCEPTION,
        *_NO_MEMORY,
        limits=_SMALL,
    ),
)

SPACE: Final = (
    hostile(
        "filling_the_disk",
        """
def main():
    written = 0
    try:
        for number in range(1000):
            with open(f"/tmp/{number}", "wb", 0) as file:
                for _ in range(4):
                    written += file.write(bytes(1 << 20))
    except OSError:
        pass
    if written > 9 << 20:
        escaped.append(written)
    return report()
""",
        limits=_SMALL,
    ),
    hostile(
        "one_large_file",
        """
def main():
    with open("/tmp/x", "wb", 0) as file:
        attempt("truncate", file.truncate, 1 << 40)
        attempt("allocate", os.posix_fallocate, file.fileno(), 0, 1 << 32)
        file.seek(1 << 40)
        attempt("beyond the end", file.write, b"x")
    return report()
""",
        limits=_SMALL,
    ),
    hostile(
        "many_small_files",
        """
def main():
    made = 0
    try:
        for made in range(100_000):
            os.close(os.open(f"/tmp/{made}", os.O_CREAT))
    except OSError:
        pass
    if made > 60_000:
        escaped.append(made)
    return report()
""",
        limits=_SMALL,
    ),
    hostile(
        "many_descriptors",
        """
def main():
    made = 0
    try:
        while made < 5_000:
            os.dup(0)
            made += 1
    except OSError:
        pass
    if made > 64:
        escaped.append(made)
    return report()
""",
    ),
    hostile(
        "many_threads",
        """
import threading


def main():
    made, gate = 0, threading.Event()
    try:
        while made < 1_000:
            threading.Thread(target=gate.wait).start()
            made += 1
    except (RuntimeError, MemoryError):
        pass
    gate.set()
    if made > 16:
        escaped.append(made)
    return report()
""",
    ),
    hostile(
        "many_timers",
        """
def main():
    made, identity = 0, ctypes.c_int()
    create = libc.timer_create
    event = ctypes.create_string_buffer(struct.pack("qii48x", 0, 0, 1))
    while made < 20_000 and create(1, event, ctypes.byref(identity)) == 0:
        made += 1
    if made > 10_000:
        escaped.append(made)
    return report()
""",
    ),
    hostile(
        "fork_bomb",
        """
def main():
    for _ in range(100):
        if attempt("fork", os.fork) == 0:
            while True:
                os.fork()
    return report()
""",
    ),
)

OUTPUT: Final = (
    *(
        faulty(
            name,
            code,
            CodeFault.TOO_MUCH_OUTPUT,
            CodeFault.TIMED_OUT,
            limits=RunLimits(wall_s=3.0),
            check=_bounded,
        )
        for name, code in {
            "flood": "def main():\n    while True:\n        print('x' * 100_000)\n",
            "flood_of_errors": "import sys\ndef main():\n    while True:\n"
            "        sys.stderr.write('x' * 100_000)\n",
            "flood_below_python": "import os\ndef main():\n    while True:\n"
            "        os.write(1, b'\\xff' * 60_000)\n",
        }.items()
    ),
    faulty(
        "large_result",
        "def main():\n    return {'x': 'a' * 2_000_000}\n",
        CodeFault.TOO_MUCH_OUTPUT,
        check=lambda r: "2,000,0" in r.message,
    ),
    faulty(
        "many_items",
        "def main():\n    return {'x': [0] * 1_000_000}\n",
        CodeFault.TOO_MUCH_OUTPUT,
    ),
    *(
        faulty(
            f"nested_{depth}_deep",
            f"def main():\n    x = []\n    for _ in range({depth}):\n        x = [x]\n"
            "    return {'x': x}\n",
            CodeFault.BAD_RESULT,
            CodeFault.EXCEPTION,
        )
        for depth in (100, 900, 100_000)
    ),
    faulty(
        "nested_without_a_limit",
        "import sys\nsys.setrecursionlimit(10 ** 8)\ndef main():\n    x = []\n"
        "    for _ in range(300_000):\n        x = [x]\n    return {'x': x}\n",
        CodeFault.BAD_RESULT,
        CodeFault.EXCEPTION,
        CodeFault.KILLED,
        CodeFault.OUT_OF_MEMORY,
    ),
    faulty(
        "integer_of_many_digits",
        "import sys\nsys.set_int_max_str_digits(0)\ndef main():\n    return {'x': 10 ** 20_000}\n",
        CodeFault.BAD_RESULT,
    ),
    Case(
        name="unreadable_prints_are_shown_somehow",
        code="import os\ndef main():\n    os.write(1, b'\\xff\\xfe\\x00ok')\n    return {}\n",
        result={},
        check=lambda result: result.stdout.endswith("ok"),
    ),
)

SOURCE: Final = (
    faulty(
        "input_over_its_limit",
        "def main(x):\n    return {}\n",
        CodeFault.INPUT_TOO_LARGE,
        inputs={"x": "a" * 5_000},
        limits=RunLimits(input_bytes=4_000),
    ),
    *(
        faulty(name, code, *set(CodeFault) - {CodeFault.UNSUPPORTED})
        for name, code in {
            "deeply_nested_source": "x = " + "(" * 5_000 + ")" * 5_000,
            "long_expression": "x = " + "+".join(["1"] * 200_000) + "\n",
            "deeply_nested_unary": "x = " + "-" * 200_000 + "1",
            "wide_source": "x = [" + "[], " * 300_000 + "]\n",
        }.items()
    ),
)

EXHAUSTION: Final = (*TIME, *MEMORY, *SPACE, *OUTPUT, *SOURCE)

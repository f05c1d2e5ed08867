"""Programs that ask the kernel directly: every one of these calls must be refused."""

from typing import Final

from skep_contracts.plugins.runtimes import CodeFault
from skep_contracts.sandbox_suite.cases import escaping

# Name of the case, and calls: name, number on x86_64, number on aarch64, arguments.
_CALLS: Final = {
    "mounting": """
    kernel("mount", 165, 40, b"tmpfs", b"/tmp", b"tmpfs", 0, 0)
    kernel("remount", 165, 40, 0, b"/", 0, 32, 0)
    kernel("bind", 165, 40, b"/", b"/tmp", 0, 4096, 0)
    kernel("umount2", 166, 39, b"/tmp", 2)
    kernel("pivot_root", 155, 41, b"/tmp", b"/tmp")
    kernel("chroot", 161, 51, b"/tmp")
    kernel("open_tree", 428, 428, -100, b"/", 1)
    kernel("move_mount", 429, 429, -100, b"/", -100, b"/tmp", 0)
    kernel("fsopen", 430, 430, b"tmpfs", 0)
    kernel("fspick", 433, 433, -100, b"/", 0)
    kernel("mount_setattr", 442, 442, -100, b"/", 0, 0, 0)
    kernel("swapon", 167, 224, b"/tmp/x", 0)
    kernel("quotactl", 179, 60, 0, 0, 0, 0)
    kernel("name_to_handle_at", 303, 264, -100, b"/", 0, 0, 0)
    kernel("open_by_handle_at", 304, 265, 0, bytes(128), 0)
""",
    "namespaces": """
    for name, flag in {"mount": 0x20000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000,
                       "ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000}.items():
        kernel(f"unshare {name}", 272, 97, flag)
        kernel(f"setns {name}", 308, 268, 0, flag)
    kernel("sethostname", 170, 161, b"x", 1)
    kernel("setdomainname", 171, 162, b"x", 1)
""",
    "keyring": """
    kernel("keyctl", 250, 219, 0, -3, 0, 0, 0)
    kernel("keyctl join", 250, 219, 1, 0, 0, 0, 0)
    kernel("add_key", 248, 217, b"user", b"x", b"y", 1, -3)
    kernel("request_key", 249, 218, b"user", b"x", 0, -3)
""",
    "kernel_interfaces": """
    kernel("bpf", 321, 280, 0, bytes(128), 128)
    kernel("perf_event_open", 298, 241, bytes(128), 0, -1, -1, 0)
    kernel("userfaultfd", 323, 282, 1)
    kernel("io_uring_setup", 425, 425, 8, bytes(128))
    kernel("io_uring_enter", 426, 426, 0, 1, 1, 0, 0, 0)
    kernel("io_uring_register", 427, 427, 0, 0, 0, 0)
    kernel("io_setup", 206, 0, 8, bytes(8))
    kernel("fanotify_init", 300, 262, 0, 0)
    kernel("landlock_create_ruleset", 444, 444, 0, 0, 1)
    kernel("memfd_secret", 447, 447, 0)
    kernel("memfd_create", 319, 279, b"x", 0)
    kernel("vmsplice", 278, 75, 1, 0, 0, 0)
    kernel("seccomp", 317, 277, 1, 0, 0)
    kernel("lookup_dcookie", 212, 18, 0, bytes(8), 8)
""",
    "administration": """
    kernel("reboot", 169, 142, 0xfee1dead, 672274793, 0x89abcdef, 0)
    kernel("kexec_load", 246, 104, 0, 0, 0, 0)
    kernel("kexec_file_load", 320, 294, 0, 0, 0, 0, 0)
    kernel("init_module", 175, 105, bytes(8), 8, b"")
    kernel("finit_module", 313, 273, 0, b"", 0)
    kernel("delete_module", 176, 106, b"x", 0)
    kernel("acct", 163, 89, 0)
    kernel("syslog", 103, 116, 3, bytes(64), 64)
    kernel("settimeofday", 164, 170, bytes(16), 0)
    kernel("clock_settime", 227, 112, 0, bytes(16))
    kernel("adjtimex", 159, 171, bytes(256))
    kernel("vhangup", 153, 58)
    kernel("iopl", 172, None, 3)
    kernel("ioperm", 173, None, 0, 1, 1)
    kernel("modify_ldt", 154, None, 0, bytes(16), 16)
    kernel("personality", 135, 92, 0x0040000)
""",
    "shared_memory_and_queues": """
    kernel("shmget", 29, 194, 0x5ca, 4096, 0o1600)
    kernel("semget", 64, 190, 0x5ca, 1, 0o1600)
    kernel("msgget", 68, 186, 0x5ca, 0o1600)
    kernel("mq_open", 240, 180, b"x", 0o102, 0o600, 0)
    kernel("mbind", 237, 235, 0, 0, 0, 0, 0, 0)
    kernel("move_pages", 279, 239, 1, 0, 0, 0, 0, 0)
    kernel("migrate_pages", 256, 238, 1, 0, 0, 0)
    kernel("remap_file_pages", 216, 234, 0, 0, 0, 0, 0)
    kernel("mlockall", 151, 230, 3)
""",
    "scheduling": """
    kernel("sched_setscheduler", 144, 119, 0, 1, struct.pack("i", 1))
    kernel("sched_setaffinity", 203, 122, 0, 8, bytes(8))
    kernel("sched_setattr", 314, 274, 0, bytes(64), 0)
    kernel("setpriority", 141, 140, 0, 0, -20)
    kernel("ioprio_set", 251, 30, 1, 0, 0)
""",
    "loosening_the_limits": """
    import fcntl, resource
    for kind in ("AS", "CPU", "NOFILE", "NPROC", "FSIZE", "CORE", "MEMLOCK"):
        name = getattr(resource, f"RLIMIT_{kind}")
        attempt(f"raise {kind}", resource.setrlimit, name, (resource.RLIM_INFINITY,) * 2)
    kernel("prlimit of another", 302, 261, 2, 9, 0, bytes(16))
    kernel("prctl no_new_privs", 157, 167, 38, 0, 0, 0, 0)
    kernel("prctl seccomp", 157, 167, 22, 0, 0, 0, 0)
    kernel("prctl dumpable", 157, 167, 4, 1, 0, 0, 0)
    kernel("prctl keepcaps", 157, 167, 8, 1, 0, 0, 0)
    kernel("prctl securebits", 157, 167, 28, 0, 0, 0, 0)
    kernel("prctl mm", 157, 167, 35, 1, 0, 0, 0)
    kernel("prctl pdeathsig", 157, 167, 1, 0, 0, 0, 0)
    kernel("prctl subreaper", 157, 167, 36, 1, 0, 0, 0)
    attempt("larger pipe", fcntl.fcntl, 1, 1031, 1 << 20)
    attempt("signals for another", fcntl.fcntl, 1, 8, 1)
""",
    "terminals": """
    import fcntl, termios
    for descriptor in (0, 1, 2):
        attempt(f"inject {descriptor}", fcntl.ioctl, descriptor, termios.TIOCSTI, b"x")
        attempt(f"linux {descriptor}", fcntl.ioctl, descriptor, 0x541C, b"\\x03")
        attempt(f"control {descriptor}", fcntl.ioctl, descriptor, termios.TIOCSCTTY, 1)
    attempt("openpty", os.openpty)
    attempt("own terminal", open, "/dev/tty")
""",
    "the_x32_door": """
    if MACHINE == "x86_64":
        numbers = {"getpid": 39, "fork": 57, "execve": 520, "ptrace": 521, "socket": 41}
        for name, number in numbers.items():
            kernel(name, number | 0x40000000, None, 0, 0, 0, 0)
""",
}

_FOREIGN_INSTRUCTIONS: Final = """
import mmap


def main(canary):
    if MACHINE != "x86_64":
        return report()
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    # getpid, as a program of 32 bits calls it
    page.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")
    entry = ctypes.addressof(ctypes.c_char.from_buffer(page))
    value = ctypes.CFUNCTYPE(ctypes.c_long)(entry)()
    if value > 0:
        escaped.append(f"int 0x80 gave {value}")
    return report()
"""

_KILLS: Final = {"the_x32_door": (CodeFault.KILLED,)}
"""Calls of a foreign instruction set: a filter may end who makes them."""

SYSTEM_CALLS: Final = (
    *(
        escaping(name, f"def main(canary):{calls}    return report()\n", *_KILLS.get(name, ()))
        for name, calls in _CALLS.items()
    ),
    escaping("the_door_of_32_bits", _FOREIGN_INSTRUCTIONS, CodeFault.KILLED),
)

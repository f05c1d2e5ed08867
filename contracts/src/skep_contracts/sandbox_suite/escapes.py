"""Programs that look for a way out: files, processes, sockets. None of them may find one."""

from typing import Final

from skep_contracts.sandbox_suite.cases import CANARY, connecting, escaping

FILES: Final = (
    escaping(
        "files_of_the_host",
        f"""
def main(canary):
    for path in (canary, "/etc/passwd", "/etc/shadow", "/root", "/home", "/var/log", "/boot"):
        attempt(path, os.stat, path)
        attempt(f"list {{path}}", os.listdir, path)
    for root, folders, names in os.walk("/"):
        for name in names:
            if "{CANARY}" in name:
                escaped.append(name)
    return report()
""",
    ),
    escaping(
        "paths_that_climb",
        """
def main(canary):
    for start in ("/tmp", os.getcwd(), os.path.dirname(os.__file__)):
        attempt(f"{start} up", open, f"{start}/" + "../" * 40 + canary.lstrip("/"))
    os.chdir("/tmp")
    for _ in range(40):
        os.chdir("..")
    attempt("from the top", open, canary.lstrip("/"))
    return report()
""",
    ),
    escaping(
        "symbolic_links_out",
        """
def main(canary):
    for number, target in enumerate((canary, "/etc/passwd", "/proc/1/root/etc/passwd", "/dev/mem")):
        os.symlink(target, f"/tmp/link{number}")
        attempt(target, open, f"/tmp/link{number}", "rb")
    os.symlink("/tmp/loop", "/tmp/loop")
    attempt("loop", open, "/tmp/loop")
    attempt("hard link", os.link, "/dev/null", "/tmp/null")
    return report()
""",
    ),
    escaping(
        "proc_and_sys",
        """
def main(canary):
    for name in ("self/environ", "self/maps", "self/mem", "1/environ", "1/cmdline", "1/mem",
                 "cpuinfo", "sys/kernel/core_pattern", "sysrq-trigger", "kcore", "mounts",
                 "self/mountinfo", "keys"):
        attempt(name, peek, f"/proc/{name}")
    for path in ("/proc", "/sys/kernel", "/sys/fs/cgroup", "/sys/firmware", "/sys/class/net"):
        attempt(path, lambda: os.listdir(path)[0])
    return report()
""",
        needs="kernel_files",
    ),
    escaping(
        "writing_outside_the_private_folder",
        """
def main(canary):
    places = {"/", "/usr", "/lib", "/dev", "/etc", sys.prefix, os.path.dirname(os.__file__)}
    places |= {os.path.dirname(m.__file__) for m in list(sys.modules.values())
               if getattr(m, "__file__", None) and m.__file__.startswith("/")}
    for place in places:
        attempt(place, os.mkdir, f"{place}/new")
        attempt(f"{place} file", open, f"{place}/new.py", "w")
    for path in (os.__file__, sys.executable):
        for change in (os.remove, lambda p: open(p, "r+b"), lambda p: os.truncate(p, 0),
                       lambda p: os.chmod(p, 0o777), lambda p: os.rename(p, "/tmp/x")):
            attempt(f"change {path}", change, path)
    return report()
""",
    ),
    escaping(
        "devices",
        """
def main(canary):
    for name in ("mem", "kmem", "port", "kmsg", "sda", "vda", "nvme0", "loop0", "fuse", "kvm",
                 "tty", "console", "ptmx", "pts/0", "tty0", "net/tun", "mapper/control",
                 "userfaultfd", "shm"):
        attempt(name, open, f"/dev/{name}", "rb")
    for name in os.listdir("/dev"):
        found = os.stat(f"/dev/{name}")
        device = os.major(found.st_rdev), os.minor(found.st_rdev)
        harmless = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9)}  # null, zero, full, random, urandom
        if stat.S_ISBLK(found.st_mode) or (stat.S_ISCHR(found.st_mode) and device not in harmless):
            attempt(f"open {name}", os.open, f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK)
            attempt(f"write {name}", os.open, f"/dev/{name}", os.O_WRONLY | os.O_NONBLOCK)
    attempt("mknod block", os.mknod, "/tmp/b", 0o600 | stat.S_IFBLK, os.makedev(254, 0))
    attempt("mknod char", os.mknod, "/tmp/c", 0o600 | stat.S_IFCHR, os.makedev(1, 1))
    return report()
""",
    ),
    escaping(
        "environment_and_arguments",
        f"""
import gc


def main(canary):
    libc.getenv.restype = ctypes.c_char_p
    if "{CANARY}" in repr(dict(os.environ)) + repr(sys.argv) + repr(sys.orig_argv) + repr(sys.path):
        escaped.append("canary")
    for name in (b"SKEP_CANARY", b"PATH", b"HOME", b"SKEP_BUS__URL"):
        if libc.getenv(name):
            escaped.append(name.decode())
    needle = "canary" + "-7f3a"
    for thing in gc.get_objects():
        if isinstance(thing, dict) and any(isinstance(v, str) and needle in v and v != canary
                                           and "def main" not in v for v in list(thing.values())):
            escaped.append("in memory")
    escaped.extend(name for name in os.environ if name.startswith(("SKEP", "PATH", "USER", "SSH")))
    return report()
""",
    ),
    escaping(
        "inherited_descriptors",
        """
import fcntl


def main(canary):
    for descriptor in range(3, 1024):
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            continue
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
        if not (stat.S_ISFIFO(mode) and flags == os.O_WRONLY):
            escaped.append(f"{descriptor}: {oct(mode)}")
        attempt(f"{descriptor} up", os.stat, "..", dir_fd=descriptor)
        attempt(f"{descriptor} chdir", os.fchdir, descriptor)
    for descriptor in range(3):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode) or os.isatty(descriptor):
            escaped.append(f"standard {descriptor}")
    return report()
""",
    ),
    escaping(
        "identity",
        """
def main(canary):
    if 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid()):
        escaped.append("root")
    for name, call in {"setuid": os.setuid, "setgid": os.setgid, "seteuid": os.seteuid}.items():
        attempt(name, call, 0)
    attempt("setgroups", os.setgroups, [0])
    attempt("setresuid", os.setresuid, 0, 0, 0)
    attempt("chown", os.chown, "/tmp", 0, 0)
    data = ctypes.create_string_buffer(24)
    libc.capget(struct.pack("=II", 0x20080522, 0), data)
    if any(data.raw):
        escaped.append(f"capabilities {data.raw.hex()}")
    if libc.capset(struct.pack("=II", 0x20080522, 0), b"\\xff" * 24) == 0:
        escaped.append("capset")
    for root, _, names in os.walk("/"):
        for name in names:
            mode = os.lstat(os.path.join(root, name)).st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                escaped.append(f"setuid {name}")
    return report()
""",
    ),
)

PROCESSES: Final = (
    escaping(
        "starting_programs",
        """
import multiprocessing, subprocess


def main(canary):
    attempt("subprocess", subprocess.run, [sys.executable, "-c", "1"], check=True)
    attempt("posix_spawn", os.posix_spawn, sys.executable, [sys.executable, "-c", "1"], {})
    attempt("execv", os.execv, sys.executable, [sys.executable, "-c", "1"])
    for shell in ("/bin/sh", "/bin/bash", "/usr/bin/env", "/bin/busybox"):
        attempt(shell, os.execv, shell, [shell, "-c", "exit 0"])
    if os.system("exit 0") == 0:
        escaped.append("system")
    attempt("multiprocessing", multiprocessing.get_context("fork").Process(target=int).start)
    descriptor = attempt("memfd", lambda: os.memfd_create("x"))
    if descriptor is not None:
        attempt("fexecve", os.execve, descriptor, ["x"], {})
    return report()
""",
    ),
    escaping(
        "forking",
        """
def main(canary):
    for name in ("fork", "forkpty"):
        if attempt(name, getattr(os, name)) in (0, (0, -1)):
            os._exit(0)
    kernel("fork", 57, None)
    kernel("vfork", 58, None)
    kernel("clone", 56, 220, 17, 0, 0, 0, 0)
    kernel("clone with namespaces", 56, 220, 0x10000000 | 17, 0, 0, 0, 0)
    order = ctypes.create_string_buffer(struct.pack("=11Q", *[0] * 4, 17, *[0] * 6))
    kernel("clone3", 435, 435, order, 88)
    return report()
""",
    ),
    escaping(
        "other_processes",
        """
import signal


def main(canary):
    own = os.getpid()
    for pid in (*range(1, 300), os.getppid() or 1, 4194303):
        if pid != own:
            attempt(f"signal {pid}", os.kill, pid, 0)
            attempt(f"group {pid}", os.killpg, pid, 0) if pid != os.getpgrp() else None
            attempt(f"priority {pid}", os.getpriority, os.PRIO_PROCESS, pid)
    attempt("everybody", os.kill, -1, 0)
    attempt("tcsetpgrp", os.tcsetpgrp, 0, own)
    attempt("pidfd", os.pidfd_open, 1)
    return report()
""",
    ),
    escaping(
        "looking_into_processes",
        """
def main(canary):
    space = ctypes.create_string_buffer(64)
    vector = ctypes.create_string_buffer(struct.pack("PN", ctypes.addressof(space), 64))
    for pid in (1, os.getpid(), 2):
        kernel(f"ptrace attach {pid}", 101, 117, 16, pid, 0, 0)
        kernel(f"ptrace seize {pid}", 101, 117, 0x4206, pid, 0, 0)
        kernel(f"process_vm_readv {pid}", 310, 270, pid, vector, 1, vector, 1, 0)
        kernel(f"process_vm_writev {pid}", 311, 271, pid, vector, 1, vector, 1, 0)
        kernel(f"kcmp {pid}", 312, 272, pid, pid, 0, 0, 0)
        kernel(f"pidfd_open {pid}", 434, 434, pid, 0)
    kernel("ptrace traceme", 101, 117, 0, 0, 0, 0)
    kernel("pidfd_getfd", 438, 438, 0, 0, 0)
    kernel("process_madvise", 440, 440, 0, vector, 1, 4, 0)
    return report()
""",
    ),
)

NETWORK: Final = (
    connecting(
        "sockets_of_every_family",
        """
def main(canary, port, abstract):
    for family in (*range(1, 46),):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind).close()
            except OSError:
                continue
            escaped.append(f"family {family} kind {kind}")
    return report()
""",
    ),
    connecting(
        "connecting_to_the_host",
        """
import glob, urllib.request


def main(canary, port, abstract):
    for address in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "169.254.169.254", "10.0.0.1"):
        attempt(address, socket.create_connection, (address, port), 0.5)
    attempt("lookup", socket.getaddrinfo, "example.org", 80)
    attempt("http", urllib.request.urlopen, f"http://127.0.0.1:{port}/", None, 0.5)
    engines = [path for place in ("/run", "/var/run", "/tmp", "/dev")
               for path in glob.glob(f"{place}/**/*.sock", recursive=True)]
    for name in ("\\0" + abstract, f"/tmp/{abstract}", "/run/systemd/notify", *engines):
        def connect():
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(name)
        attempt(f"unix {name!r}", connect)
    return report()
""",
    ),
    connecting(
        "pairs_of_sockets_lead_nowhere",
        """
def main(canary, port, abstract):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            one, other = socket.socketpair(socket.AF_UNIX, kind)
        except OSError:
            continue
        attempt(f"sendto {kind}", one.sendto, b"x", "\\0" + abstract)
        attempt(f"sendmsg {kind}", one.sendmsg, [b"x"], [], 0, "\\0" + abstract)
        attempt(f"bind {kind}", one.bind, "\\0own")
        attempt(f"connect {kind}", one.connect, "\\0" + abstract)
        attempt(f"listen {kind}", one.listen)
        attempt(f"pass {kind}", socket.send_fds, one, [b"x"], [0])
        attempt(f"filter {kind}", one.setsockopt, socket.SOL_SOCKET, 26, bytes(16))
        attempt(f"buffer {kind}", one.setsockopt, socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 26)
    return report()
""",
    ),
    connecting(
        "interfaces",
        """
import fcntl


def main(canary, port, abstract):
    names = attempt("list", lambda: [n for _, n in socket.if_nameindex() if n != "lo"] or 1 / 0)
    for descriptor in range(8):
        attempt(f"ioctl {descriptor}", fcntl.ioctl, descriptor, 0x8912, bytes(64))
    return report()
""",
    ),
)

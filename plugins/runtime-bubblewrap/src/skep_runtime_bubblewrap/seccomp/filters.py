"""The two filters: what a fork-server may call, and what is left when user code is read."""

import platform
from typing import Final

import msgspec

from skep_runtime_bubblewrap.seccomp.bpf import Argument, Rules, assemble, is_null
from skep_runtime_bubblewrap.seccomp.numbers import MACHINES

_AF_UNIX: Final = 1
_SOCK_STREAM: Final = 1
_SOCK_TYPE_MASK: Final = 0xF
_SOL_SOCKET: Final = 1
_SOCKET_QUESTIONS: Final = (3, 4, 38, 39)  # type, error, protocol, domain

_CLONE_THREAD: Final = 0x00010000 | 0x00000100  # CLONE_THREAD | CLONE_VM
_CLONE_NEW_ANY: Final = 0x7E020080  # user, pid, net, ipc, uts, cgroup, mount and time namespaces

_IOCTLS: Final = (
    0x5401,  # TCGETS, which is how isatty() asks
    0x541B,  # FIONREAD
    0x5421,  # FIONBIO
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX
)
_PRCTLS: Final = (
    15,
    16,
    0x53564D41,
)  # set and get the thread's name; name a mapping (glibc, tests)
_FCNTLS: Final = (
    *range(8),  # duplicate, descriptor flags, status flags, locks
    36,  # open file description locks
    37,
    38,
    1030,  # F_DUPFD_CLOEXEC
    1032,  # F_GETPIPE_SZ
)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMPUTING: Final = _names(
    """
    brk exit exit_group futex futex_waitv get_robust_list getcpu getrandom gettid madvise
    membarrier mincore mmap mprotect mremap msync munmap restart_syscall rseq rt_sigaction
    rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_yield
    set_robust_list set_tid_address sigaltstack
    """
)
_TIME: Final = _names(
    """
    alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep pause
    setitimer time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
    timerfd_create timerfd_gettime timerfd_settime times
    """
)
_FILES: Final = _names(
    """
    access chdir chmod close close_range copy_file_range creat dup dup2 dup3 faccessat
    faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fdatasync fgetxattr flistxattr flock
    fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr lgetxattr link
    linkat listxattr llistxattr lseek lstat mkdir mkdirat newfstatat open openat openat2
    pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv
    rename renameat renameat2 rmdir sendfile stat statfs statx symlink symlinkat
    sync_file_range truncate umask unlink unlinkat utime utimensat utimes write writev
    """
)
_WAITING: Final = _names(
    """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
    pipe pipe2 poll ppoll pselect6 select signalfd signalfd4
    """
)
_WHO_AM_I: Final = _names(
    """
    capget getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority
    getresgid getresuid getrlimit getrusage getsid getuid sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sysinfo uname
    """
)
# A process is alone in its PID namespace and group: these reach nobody else.
_OWN_SIGNALS: Final = _names("kill tgkill tkill")
# What socketpair() needs, for event loops wake themselves up through one. There is no socket().
_OWN_SOCKETS: Final = _names("getpeername getsockname recvfrom shutdown")

_HOSTILE: Final = _names(
    """
    accept accept4 acct add_key adjtimex bind bpf chown chroot clock_adjtime clock_settime
    connect create_module delete_module execve execveat fanotify_init fanotify_mark fchown
    fchownat finit_module fork fremovexattr fsconfig fsetxattr fsmount fsopen fspick
    get_kernel_syms init_module io_cancel io_destroy io_getevents io_setup io_submit
    io_uring_enter io_uring_register io_uring_setup ioperm iopl ioprio_set kcmp
    kexec_file_load kexec_load keyctl landlock_add_rule landlock_create_ruleset
    landlock_restrict_self lchown listen lookup_dcookie lremovexattr lsetxattr mbind
    memfd_create memfd_secret migrate_pages mknod mknodat mlock mlock2 mlockall modify_ldt
    mount mount_setattr move_mount move_pages mq_getsetattr mq_notify mq_open mq_timedreceive
    mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd name_to_handle_at nfsservctl
    open_by_handle_at open_tree perf_event_open personality pidfd_getfd pidfd_open
    pidfd_send_signal pivot_root process_madvise process_mrelease process_vm_readv
    process_vm_writev ptrace query_module quotactl quotactl_fd reboot recvmmsg recvmsg
    remap_file_pages removexattr request_key rt_sigqueueinfo rt_tgsigqueueinfo
    sched_setaffinity sched_setattr sched_setparam sched_setscheduler seccomp semctl semget
    semop semtimedop sendmmsg sendmsg set_mempolicy setdomainname setfsgid setfsuid setgid
    setgroups sethostname setns setsockopt setpgid setpriority setregid setresgid setresuid setreuid
    setrlimit setsid settimeofday setuid setxattr shmat shmctl shmdt shmget socket splice
    swapoff swapon sync syncfs sysfs syslog tee umount2 unshare uselib userfaultfd ustat vfork
    vhangup vmsplice wait4 waitid
    """
)

FINAL: Final = Rules(
    allowed=_COMPUTING | _TIME | _FILES | _WAITING | _WHO_AM_I | _OWN_SIGNALS | _OWN_SOCKETS,
    checked={
        # Threads, never processes. clone3 hides its flags behind a pointer: it answers ENOSYS,
        # and libraries go back to clone.
        "clone": (Argument(0, (_CLONE_THREAD,), _CLONE_THREAD | _CLONE_NEW_ANY),),
        "fcntl": (Argument(1, _FCNTLS),),
        "getsockopt": (Argument(1, (_SOL_SOCKET,)), Argument(2, _SOCKET_QUESTIONS)),
        "ioctl": (Argument(1, _IOCTLS),),
        "prctl": (Argument(0, _PRCTLS),),
        # Reading limits of oneself; raising or lowering them is over.
        "prlimit64": (Argument(0, (0,)), is_null(2)),
        # Connected pairs only, and no address to send to: nothing outside can be reached.
        "sendto": (is_null(4),),
        "socketpair": (
            Argument(0, (_AF_UNIX,)),
            Argument(1, (_SOCK_STREAM,), _SOCK_TYPE_MASK),
        ),
    },
    refused=_HOSTILE,
)
"""In force before the first byte of user code is read."""

# What preparing takes: starting the interpreter, forking, namespaces, mounts, limits, waiting.
_PREPARING: Final = _names(
    """
    arch_prctl capset clone execve fcntl fork ioctl mount prctl prlimit64 recvmsg seccomp
    sendmsg setns setrlimit setsid umount2 unshare vfork wait4 waitid
    """
)

OUTER: Final = Rules(
    allowed=FINAL.allowed | _PREPARING,
    checked={name: demands for name, demands in FINAL.checked.items() if name not in _PREPARING},
    refused=FINAL.refused - _PREPARING,
)
"""In force for the whole sandbox, from the moment bubblewrap starts the fork-server."""


# What an engine without calls of its own takes: memory, time, the pipes it has, and no files.
_ENGINE: Final = _names(
    """
    close exit exit_group futex getrandom mmap mprotect mremap munmap madvise brk read
    restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_yield sigaltstack write
    clock_getres clock_gettime clock_nanosleep gettimeofday nanosleep time times getpid gettid
    getrusage select pselect6
    """
)

ENGINE: Final = Rules(
    allowed=_ENGINE,
    checked={},
    refused=FINAL.refused | (FINAL.allowed | FINAL.checked.keys()) - _ENGINE,
)
"""In force instead where user code runs in an engine that has no files, threads or signals."""


class Programs(msgspec.Struct, frozen=True, kw_only=True):
    """The filters, compiled."""

    outer: bytes
    final: bytes
    engine: bytes

    def for_language(self, language: str) -> bytes:
        """Return the one that holds while user code in `language` is read."""
        return self.final if language == "python" else self.engine


def programs(machine: str | None = None) -> Programs:
    """Return the filters, compiled for `machine` or the one this runs on.

    Raises:
        KeyError: There is no table of call numbers for the machine.
    """
    known = MACHINES[machine or platform.machine()]
    return Programs(
        outer=assemble(OUTER, known), final=assemble(FINAL, known), engine=assemble(ENGINE, known)
    )

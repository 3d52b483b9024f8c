"""A sandbox shows nothing, reaches nothing, and says so when it cannot be had."""

import copy
import platform
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from classroom import REPOSITORY, isolates

from galflux_edu.cli.doctor import examine
from galflux_edu.grading.sandbox import (
    Cell,
    IsolationError,
    Session,
    bubblewrap,
    probe,
    seccomp,
    verify,
)

needs_sandbox = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")
GOOD = {
    "networks": [],
    "processes": 1,
    "seen": [],
    "writable": [],
    "environment": ["HOME", "PATH"],
    "status": {"CapEff": "0" * 16, "CapPrm": "0" * 16, "NoNewPrivs": "1"},
}


def _shown(source: str, **how) -> str:
    """Return what one cell shows in a sandbox."""
    with Session("bubblewrap", **how) as session:
        (result,) = session.display([Cell(source, "cell", graded=False)])
    return "".join(
        "\n".join(output.get("traceback", [])) + output.get("text", "") for output in result.outputs
    )


@needs_sandbox
@pytest.mark.parametrize("folder", [".", "/"])
def test_there_is_a_sandbox_here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert probe() == probe(allow_unsandboxed=True) == "bubblewrap"
    assert list(examine())[-2:-1] == ["isolation  bubblewrap: submissions are graded in a sandbox"]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("networks", ["eth0"], "the network eth0 is there"),
        ("seen", ["/root/.ssh"], "/root/.ssh is in sight"),
        ("writable", ["/usr"], "/usr can be written to"),
        ("environment", ["AWS_KEY", "PATH"], "AWS_KEY is in its environment"),
        ("processes", 40, "other processes are in sight"),
        ("status", GOOD["status"] | {"CapEff": "0000003fffffffff"}, "it has privileges"),
        ("status", GOOD["status"] | {"NoNewPrivs": "0"}, "it has privileges"),
    ],
)
def test_what_a_sandbox_shows_too_much_is_named(name, value, fault):
    assert verify.isolation_faults(copy.deepcopy(GOOD)) == []
    assert verify.isolation_faults(GOOD | {name: value}) == [fault]


def test_without_bubblewrap_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    with pytest.raises(
        IsolationError,
        match=r"^sandbox: needed bubblewrap to isolate students' code; bwrap is not installed\. "
        r"`galflux doctor` says how; or set allow_unsandboxed = True and trust every submission\.$",
    ):
        probe()
    assert probe(allow_unsandboxed=True) == "none"
    first = "isolation  none, which only those who grade need: bwrap is not installed"
    lines = list(examine())
    assert first in lines
    assert any("sudo apt install bubblewrap" in line for line in lines)


def test_elsewhere_than_on_linux_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(IsolationError, match=r"; it needs Linux \(or WSL2\), and this is darwin\."):
        probe()


def _as_a_user(*command: str, **how) -> subprocess.CompletedProcess:
    """Run a command as somebody who is not root, on this very system."""
    outer = [shutil.which("bwrap"), "--unshare-user", "--uid", "1000", "--dev-bind", "/", "/"]
    inner = [*command, sys.executable, "-c", "from galflux_edu.grading.sandbox import *; " + RUN]
    return subprocess.run(
        [*outer, *inner], cwd=REPOSITORY, capture_output=True, text=True, check=False, **how
    )


RUN = """
with Session(probe()) as session:
    [session.load(cell) for cell in [Cell("import os; user = lambda: os.getuid()", "cell", False)]]
    print("a user may", session("user") != 0)
"""


@needs_sandbox
def test_it_needs_no_root():
    done = _as_a_user()
    assert (done.returncode, done.stdout) == (0, "a user may True\n"), done.stderr


@needs_sandbox
def test_without_user_namespaces_there_is_a_sentence():
    done = _as_a_user("--disable-userns")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "sandbox: needed bubblewrap to isolate students' code; bubblewrap: bwrap: " in last
    assert last.endswith("allow_unsandboxed = True and trust every submission.")


@needs_sandbox
def test_nothing_of_this_machine_is_in_sight(tmp_path):
    (tmp_path / "gradebook.db").touch()
    paths = [
        REPOSITORY / "solutions",
        REPOSITORY / "grader_tests",
        REPOSITORY / ".git",
        bubblewrap.PACKAGE / "grading",
        tmp_path,
        tmp_path / "gradebook.db",
        Path.home() / ".ssh",
        Path("/etc/passwd"),
        Path("/etc/hostname"),
        Path("/var/log"),
        Path("/sys"),
    ]
    text = _shown(f"import os\nprint([p for p in {list(map(str, paths))} if os.path.lexists(p)])")
    assert text == "[]\n"


@needs_sandbox
def test_the_environment_is_empty_and_nobody_else_is_there(monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "a secret")
    source = """
import glob, os
for path in glob.glob("/proc/[0-9]*/*"):
    if path.endswith(("/environ", "/cmdline")):
        try:
            assert b"secret" not in open(path, "rb").read().lower()
        except PermissionError:
            pass
started = open("/proc/self/environ").read().split("\\0")  # libraries add to os.environ
print(*sorted(each.partition("=")[0] for each in started if each))
print(sum(name.isdigit() for name in os.listdir("/proc")), os.getcwd(), os.listdir())
"""
    lines = _shown(source).splitlines()
    assert set(lines[0].split()) <= {*bubblewrap.ENVIRONMENT, "PWD"}
    assert lines[1] == "1 /tmp/work []"


TRY = """
try:
    {what}
    print("it went through")
except Exception as error:
    print(type(error).__name__)
"""
PERMISSION = "PermissionError\n"


@needs_sandbox
@pytest.mark.parametrize(
    ("setup", "what", "shown"),
    [
        ("import socket", "socket.create_connection(('127.0.0.1', 1), 1)", PERMISSION),
        ("import socket", "socket.socket(socket.AF_UNIX)", PERMISSION),
        ("import socket", "socket.socketpair()", "it went through\n"),
        ("import asyncio", "asyncio.new_event_loop().close()", "it went through\n"),
        ("import mmap", "mmap.mmap(-1, 4096)", PERMISSION),
        ("import mmap", "mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE)", "it went through\n"),
        ("import mmap", "mmap.mmap(open('/dev/zero', 'r+b').fileno(), 4096)", "OSError\n"),
        ("import os", "os.memfd_create('m')", PERMISSION),
        ("import os", "os.mkdir('/usr/mine')", "OSError\n"),
        ("import os", "os.mkdir('/mine')", "OSError\n"),
        ("import os", "os.setuid(0)", "OSError\n"),
        ("import os", "os.kill(1, 9) or os.kill(os.getppid(), 0)", "it went through\n"),
        ("", "open('more', 'wb').write(bytes(65 << 20))", "OSError\n"),
        ("", "[open(f'many{i}', 'w').close() for i in range(70_000)]", "OSError\n"),
        ("", "import galflux_edu.grading", "ModuleNotFoundError\n"),
        ("", "import galflux_edu.sky", "it went through\n"),
        ("", "import numpy, scipy.optimize, matplotlib.pyplot", "it went through\n"),
        ("import jax.numpy as jnp, jax", "jax.jit(jnp.sum)(jnp.ones(3))", "it went through\n"),
        ("import multiprocessing as m", "m.Array('d', 3)[0] = 2", "it went through\n"),
    ],
)
def test_what_may_and_what_may_not_be_done(setup, what, shown):
    assert _shown(setup + TRY.format(what=what)) == shown


@needs_sandbox
@pytest.mark.parametrize(
    "call", ["unshare(0x10000000)", "unshare(0x40000000)", "ptrace(0, 0, 0, 0)"]
)
def test_calls_that_open_doors_are_forbidden(call):
    source = (
        f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nprint(libc.{call}, end=' ')\n"
    )
    assert _shown(source + "print(ctypes.get_errno())") == "-1 1\n"


@needs_sandbox
def test_answers_are_masked_by_their_files():
    source = """
import importlib.util, pathlib, sys
try:
    import galflux_edu.nn
except ImportError as error:
    print(error)
sys.modules.pop("galflux_edu.nn", None)
folder = pathlib.Path(importlib.util.find_spec("galflux_edu").origin).parent
print([path.name for path in folder.glob("nn*")], sum(1 for _ in folder.glob("nn/*")))
print([len(path.read_text()) > 300 for path in folder.rglob("losses*")])
try:
    import scipy.signal
except ImportError as error:
    print(error)
"""
    text = _shown(source, masked=("galflux_edu.nn", "scipy.signal"))
    words = "is not available while this problem set is graded: it is what you are asked to write"
    assert text.splitlines() == [
        f"galflux_edu.nn {words}",
        "['nn'] 1",
        "[True]",
        f"scipy.signal {words}",
    ]


@needs_sandbox
def test_a_notebook_finds_its_files_and_cannot_change_them(tmp_path):
    tmp_path.chmod(0o755)  # the sandboxes of root are somebody else's
    (tmp_path / "table.txt").write_text("1 2 3")
    source = "print(open('table.txt').read())" + TRY.format(what="open('table.txt', 'w')")
    assert _shown(source, files=tmp_path) == "1 2 3\nOSError\n"
    assert (tmp_path / "table.txt").read_text() == "1 2 3"


def _run(program: bytes, machine: int, number: int, argument: int = 0, flags: int = 0) -> int:
    """Return what a BPF program says about a system call, by an interpreter of our own."""
    data = struct.pack("<IIQ6Q", number, machine, 0, argument, 0, 0, flags, 0, 0)
    steps = list(struct.iter_unpack("<HBBI", program))
    at = value = 0
    while True:
        code, yes, no, k = steps[at]
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, k)
            case 0x54:
                value &= k
            case 0x15:
                at += yes if value == k else no
            case 0x35:
                at += yes if value >= k else no
            case 0x45:
                at += yes if value & k else no
            case 0x06:
                return k


DENY, NOT_THERE, ALLOW = 0x50001, 0x50026, 0x7FFF0000


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"number": 0}, ALLOW),
        ({"number": 1, "argument": 9}, ALLOW),
        ({"number": 319}, DENY),
        ({"number": 41}, DENY),
        ({"number": 53}, ALLOW),
        ({"number": 435}, NOT_THERE),
        ({"number": 56, "argument": 0x10000000 | 17}, DENY),
        ({"number": 56, "argument": 17}, ALLOW),
        ({"number": 56, "argument": 9, "flags": 0x21}, ALLOW),
        ({"number": 9, "flags": 0x22}, ALLOW),
        ({"number": 9, "flags": 0x01}, ALLOW),
        ({"number": 9, "flags": 0x21}, DENY),
        ({"number": 9, "flags": 0x23}, DENY),
        ({"number": 9, "flags": 0x4021}, DENY),
        ({"number": 0x40000000 | 9}, DENY),
        ({"number": 0, "machine": 3}, DENY),
    ],
)
def test_the_filter_says_no_where_it_should(call, said):
    machine = seccomp.MACHINES["x86_64"][1]
    assert _run(seccomp.program("x86_64"), **({"machine": machine} | call)) == said


def test_the_filter_knows_two_kinds_of_processors():
    machine = seccomp.MACHINES["aarch64"][1]
    program = seccomp.program("aarch64")
    assert _run(program, machine, 222, flags=0x21) == DENY
    assert _run(program, machine, 222, flags=0x22) == ALLOW
    assert _run(program, machine, 9, flags=0x21) == ALLOW
    assert seccomp.program("riscv64") is None
    assert platform.machine() in (*seccomp.MACHINES, "AMD64", "arm64")

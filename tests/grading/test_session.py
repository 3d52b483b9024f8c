"""A notebook in the sandbox: what its cells show, what its functions return, and what kills it."""

import contextlib
import ctypes
import re
import time

import numpy as np
import psutil
import pytest
from classroom import isolates

from galflux_edu.grading import NamespaceCaller, StudentError
from galflux_edu.grading.sandbox import Cell, Limits, Session
from galflux_edu.grading.sandbox.interpreter import RESTARTS
from grader_tests.attacks.side_effects import SUBREAPER

pytestmark = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")

NO_RETURN = "`f`: needed an array or a number; got nothing (is the `return` missing?)."
LIMITS = Limits(cell_seconds=2, call_seconds=1, total_seconds=60, memory_bytes=700 << 20)
ISOLATIONS = pytest.mark.parametrize("isolation", ["bubblewrap", "none"])


def _cells(*sources: str) -> list[Cell]:
    return [Cell(source, f"c{i}", graded=False) for i, source in enumerate(sources)]


def _session(isolation: str = "bubblewrap", limits: Limits = LIMITS) -> Session:
    return Session(isolation, limits)


def _show(*sources: str, **limits) -> list:
    with _session(limits=Limits(**{"cell_seconds": 5, **limits})) as session:
        return session.display(_cells(*sources))


def _text(result) -> str:
    return "".join(output.get("text", "") for output in result.outputs)


@ISOLATIONS
def test_cells_show_what_they_do_in_jupyter(isolation):
    sources = (
        "x = 2\nx + 1",
        "%matplotlib widget\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "import sys\nprint('out'); print('err', file=sys.stderr)",
        "1 / 0",
        "y +",
        "print(x)",
        "import warnings; warnings.warn('careful')",
        "%time x",
        "await __import__('asyncio').sleep(0)",
    )
    with _session(isolation, Limits()) as session:
        results = session.display(_cells(*sources))
    states = ["ok", "ok", "ok", "error", "error", "ok", "ok", "ok", "ok"]
    assert [result.state for result in results] == states
    assert results[0].outputs[0]["data"] == {"text/plain": "3"}
    assert list(results[1].outputs[0]["data"]) == ["image/png", "text/plain"]
    assert {o["name"]: o["text"] for o in results[2].outputs} == {
        "stdout": "out\n",
        "stderr": "err\n",
    }
    assert results[3].outputs[0]["ename"] == "ZeroDivisionError"
    assert results[4].outputs[0]["ename"] == "SyntaxError"
    assert _text(results[5]) == "2\n"
    assert "UserWarning: careful" in _text(results[6])
    assert session.log == []
    assert session.restarts == 0


def test_html_and_long_outputs_do_not_come_out():
    html, flood, many = _show(
        "from IPython.display import HTML; HTML('<script>alert(1)</script>')",
        "import sys\nwhile True: sys.stdout.write('x' * 10**6)",
        "from IPython.display import display\nfor _ in range(10**5): display('x' * 100)",
        cell_seconds=1,
        output_bytes=10_000,
    )
    assert list(html.outputs[0]["data"]) == ["text/plain"]
    assert flood.state == "timeout"
    assert 10_000 <= len(_text(flood)) < 10_200
    assert "[what follows was cut off: the cell shows too much]" in _text(flood)
    assert sum(len(o["data"]["text/plain"]) for o in many.outputs if "data" in o) <= 10_000


def test_what_was_written_is_not_kept():
    flood = "import sys\nfor _ in range(2000): n = sys.stdout.write('x' * 10**6)"
    held = (
        "print(max(int(line.split()[1]) for line in open('/proc/self/status') if 'Anon' in line))"
    )
    flood, held = _show(flood, held)
    assert flood.state == "ok"
    assert int(_text(held)) < 300_000  # kB


def test_progress_bars_show_their_end_and_long_lines_take_no_time():
    bar, lines, long = _show(
        "for i in range(3): print(f'{i}\\r', end='')",
        "print('a\\rb\\r\\nc\\r\\rd\\n')",
        "print('x' * 10**6)",
        cell_seconds=2,
    )
    assert [_text(bar), _text(lines)] == ["2", "b\nd\n\n"]
    assert (long.state, len(_text(long))) == ("ok", 10**6 + 1)


def test_all_cells_together_do_not_show_too_much():
    results = _show(*["print('x' * 990)"] * 12, output_bytes=1000)
    assert [len(_text(result)) > 950 for result in results] == [True] * 8 + [False] * 4
    assert "[what follows was cut off" in _text(results[-1])


@ISOLATIONS
def test_functions_take_and_return_plain_things(isolation):
    source = """
import numpy as np, sys, warnings
def both(a, *, b): return a.sum(), [b, True]
def change(a): a[:] = 0; return a
def wide(): return np.float32(2.5)
def jaxy(x):
    import jax.numpy as jnp
    return jnp.asarray(x) * 2
def loud(x): print("out"); print("err", file=sys.stderr); warnings.warn("!"); return x
def apply(f, x): return f(x)
"""
    with _session(isolation, Limits()) as session:
        assert [result.state for result in map(session.load, _cells(source))] == ["ok"]
        assert session("both", np.arange(3), b=-0.5) == (3, [-0.5, True])
        x = np.ones((2, 3), np.float32)
        np.testing.assert_array_equal(session("change", x), np.zeros((2, 3)))
        np.testing.assert_array_equal(x, np.ones((2, 3)))
        assert session("change", x).dtype == np.float32
        assert session("wide") == 2.5
        np.testing.assert_array_equal(session("jaxy", x), 2 * x)
        assert session("loud", 3) == 3
        assert session("apply", {"function": "loud"}, 4) == 4
        assert session.log == []


@ISOLATIONS
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("raise NotImplementedError", "`f` is not written yet."),
        ("raise ValueError('no\\nmore')", "`f` stopped with ValueError: no"),
        ("raise KeyError", "`f` stopped with KeyError"),
        ("raise ValueError('x' * 99)", "`f` stopped with ValueError: " + "x" * 77 + "..."),
        ("raise SystemExit(3)", "`f` stopped with SystemExit: 3"),
        (
            "return None",
            NO_RETURN,
        ),
        (
            "return 1, None",
            NO_RETURN,
        ),
        ("return '1'", "`f`: needed an array or a number; got str of dtype <U1."),
        ("return 1j", "`f`: needed an array or a number; got complex of dtype complex128."),
        ("return object()", "`f`: needed an array or a number; got object of dtype object."),
    ],
)
def test_whatever_goes_wrong_is_the_sentence_of_a_call_in_the_kernel(isolation, body, sentence):
    source = f"def f():\n    {body}"
    names: dict = {}
    exec(source, names)  # noqa: S102
    with _session(isolation) as session:
        [session.load(cell) for cell in _cells(source)]
        for handle in (session, NamespaceCaller(names)):
            with pytest.raises(StudentError) as caught:
                handle("f")
            assert str(caught.value) == sentence
        with pytest.raises(StudentError, match=r"^`g` is not defined: keep the name and run"):
            session("g")
        assert (session.restarts, session.log) == (0, [])


FINE = "def fine(x): return 2 * x"
DEADLY = {
    "exit": ("import os; os._exit(0)", "killed"),
    "abort": ("import os; os.abort()", "killed"),
    "closed": ("import os; os.closerange(0, 99)", "killed"),
    "crash": ("import ctypes; ctypes.string_at(0)", "killed"),
    "memory": (
        "a, b = bytearray(1 << 29), bytearray(1 << 29); import time; time.sleep(9)",
        "memory",
    ),
    "deaf": (
        "import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, {14}); time.sleep(99)",
        "timeout",
    ),
}
SAID = {
    "killed": "`f` ended Python.",
    "memory": "`f` took more than 0.68 GiB of memory.",
    "timeout": "`f` took longer than 1 s.",
}


@pytest.mark.parametrize("name", DEADLY)
def test_what_kills_python_costs_only_itself(name):
    body, state = DEADLY[name]
    with _session() as session:
        results = [session.load(cell) for cell in _cells("n = 5", body, f"def f(): {body}", FINE)]
        assert [result.state for result in results] == ["ok", state, "ok", "ok"]
        for _ in range(2):
            with pytest.raises(StudentError, match=f"^{re.escape(SAID[state])}$"):
                session("f")
        assert session("fine", 4) == 8
        assert session.restarts == 2
        assert "c1: The cell " in session.log[0]


def test_an_endless_loop_is_stopped_and_its_state_survives():
    with _session() as session:
        loop = "n = 1\nwhile True:\n    try:\n        n += 1\n    except Exception:\n        pass"
        results = [
            session.load(cell) for cell in _cells(loop, f"def f():\n    while True: pass\n{FINE}")
        ]
        assert [result.state for result in results] == ["timeout", "ok"]
        assert results[0].message == "The cell took longer than 2 s."
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(StudentError, match=r"^`f` took longer than 1 s\.$"):
                session("f")
        assert time.monotonic() - began < 2
        assert session("fine", 4) == 8
        assert session.restarts == 0


def test_slow_cells_do_not_cost_the_calls():
    limits = Limits(cell_seconds=1, call_seconds=1, total_seconds=2)
    loop = "import time; time.sleep(9)"
    with _session(limits=limits) as session:
        results = [session.load(cell) for cell in _cells(FINE, loop, loop, loop, loop)]
        states = [result.state for result in results]
        assert states == ["ok", "timeout", "timeout", "skipped", "skipped"]
        assert session("fine", 4) == 8


def test_good_cells_run_again_and_the_killer_does_not():
    with _session() as session:
        results = session.display(
            _cells("n = [1]", "n.append(2)", "import os; os._exit(1)", "print(n)", "1 / 0")
        )
        assert [result.state for result in results] == ["ok", "ok", "killed", "ok", "error"]
        assert _text(results[3]) == "[1, 2]\n"
        assert _text(results[2]) == "The cell ended Python.\n"
        assert (session.restarts, session.log) == (1, ["c2: The cell ended Python."])


def test_a_killer_in_every_cell_ends_too():
    with _session(limits=Limits(total_seconds=30)) as session:
        results = session.display(_cells(*["import os; os._exit(0)"] * (RESTARTS + 30)))
    assert {result.state for result in results} == {"killed", "skipped"}
    words = "The cell was not run: too much before it failed, or took too long."
    assert results[-1].message == words


FORGED = """
import json, os, struct
def answer(**what):
    text = json.dumps(what).encode()
    frame = struct.pack("<II", len(text), 0) + text
    for fd in range(3, 64):
        try:
            os.write(fd, frame)
        except OSError:
            pass
"""


def test_answers_that_a_student_writes_himself_are_not_heard():
    cells = _cells(FORGED, "answer(state='ok', outputs=[])", FINE, "print('third')")
    with _session() as session:
        results = session.display(cells)
        assert _text(results[3]) == "third\n"
        [
            session.load(cell)
            for cell in [*cells, *_cells("def f(): answer(value={'int': '0x7'}); return 3")]
        ]
        assert session("f") == 3
        assert session("fine", 4) == 8


def test_a_fork_of_the_notebook_answers_nothing():
    fork = "import os\npid = os.fork()\nprint(pid > 0)"
    results = _show(fork, "print('second')", "print('third')")
    assert [_text(result) for result in results] == ["True\n", "second\n", "third\n"]


BOMB = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError: pass"
HIDDEN_MEMORY = """
import mmap
held = []
def fill(fd):
    for _ in range(16):
        piece = mmap.mmap(fd, 1 << 26)
        piece[:] = b"x" * (1 << 26)
        piece.madvise(mmap.MADV_DONTNEED)
        held.append(piece)
"""
SOCKETS = """
import os, socket, time
for _ in range(8):
    if os.fork() == 0:
        held = []
        try:
            while True:
                held.append(socket.socketpair())
        except OSError:
            time.sleep(9)
time.sleep(9)
"""


def test_a_fork_bomb_ends_with_its_cell():
    bomb, after = _show(BOMB, "print('after')", cell_seconds=1)
    assert bomb.state in ("timeout", "memory")
    assert _text(after) == "after\n"


def test_memory_that_no_process_shows_cannot_be_had_or_is_counted():
    _, shared, zero, sockets, after = _show(
        HIDDEN_MEMORY,
        "fill(-1)",
        "fill(open('/dev/zero', 'r+b').fileno())",
        SOCKETS,
        "print('after')",
        memory_bytes=350 << 20,
    )
    assert (shared.state, shared.outputs[0]["ename"]) == ("error", "PermissionError")
    assert (zero.state, zero.outputs[0]["ename"]) == ("error", "OSError")
    assert sockets.state == "memory"
    assert _text(after) == "after\n"


def test_passes_and_students_share_no_descriptor():
    find = """
import os, stat
for fd in range(64):
    try:
        kind = os.fstat(fd).st_mode
    except OSError:
        continue
    if not stat.S_ISSOCK(kind):
        print(os.readlink(f"/proc/self/fd/{fd}"))
"""
    for _ in range(2):
        with _session() as session:
            (result,) = session.display(_cells(find))
            assert set(_text(result).split()) == {"/dev/null"}


@pytest.fixture
def orphans_are_ours():
    """Orphans become children of this process, so that the test sees them."""
    prctl = ctypes.CDLL(None).prctl
    prctl(SUBREAPER, 1, 0, 0, 0)
    yield
    prctl(SUBREAPER, 0, 0, 0, 0)


@ISOLATIONS
def test_nothing_is_left(isolation, tmp_path, monkeypatch, orphans_are_ours):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with _session(isolation):
        pass  # a zygote stays warm
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with _session(isolation) as session:
        daemon = "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(99)"
        [session.load(cell) for cell in _cells(daemon, FINE)]
        assert session("fine", 1) == 2
        [session.load(cell) for cell in _cells("import os; os._exit(0)")]
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    _, left = psutil.wait_procs(left, timeout=10)
    assert [child for child in left if child.status() != psutil.STATUS_ZOMBIE] == []
    assert list(tmp_path.iterdir()) == []


EARLIER = "import numpy as np\ndef f(x): return x - 1\ndef right(x): return 7 * x"
LATER = """
def g(x): return 2 * f(x)
def spoil(x): x[0] = 9; return x
def keep(x):
    global kept
    kept = f
    return f(x)
def later(x): return kept(x)
def other(x): return f.func.__self__._ask("right", x)
def recurse(x): return f(x) if x.size > 9 else f(recurse(np.resize(x, 10)))
def endless(x):
    while True: f(x)
"""
SOLUTION = [Cell("import numpy as np\ndef f(x): return x + 1\ndef right(x): return -x", "s", False)]


@ISOLATIONS
def test_right_functions_answer_from_another_sandbox(isolation):
    x = np.array([1.0, 2.0])
    with Session(isolation, LIMITS, solution=SOLUTION) as session:
        [session.load(cell) for cell in _cells(EARLIER, LATER)]
        np.testing.assert_array_equal(session("g", x), [0, 2])
        with session.with_references(("f",)):
            np.testing.assert_array_equal(session("g", x), [4, 6])
            np.testing.assert_array_equal(session("recurse", x).shape, (10,))
            np.testing.assert_array_equal(session("keep", x), [2, 3])
            with pytest.raises(StudentError, match=r"right: it is not there to be called$"):
                session("other", x)  # of a later question, or its own
            with pytest.raises(StudentError, match=r"^`endless` took longer than 1 s\.$"):
                session("endless", x)
            np.testing.assert_array_equal(session("g", x), [4, 6])
        with pytest.raises(StudentError, match=r"f: it is not there to be called$"):
            session("later", x)  # kept for a later question
        np.testing.assert_array_equal(session("g", x), [0, 2])


HIGHER = [
    Cell("def apply(f, *args): return f(*args)\ndef own(x): return 100 + x", "s", graded=False)
]
NAMING = """
def apply(f, *args): return 0
def own(x): return apply({"function": "own"}, x)
def by_name(x): return apply(f={"function": "own"})
def reads(x): return apply({"function": "open"}, "/proc/self/environ")
"""


@ISOLATIONS
def test_no_right_function_is_led_to_the_answer(isolation):
    """What a right function is given may name a function only where the grader itself calls it."""
    x = np.ones(2)
    with Session(isolation, LIMITS, solution=HIGHER) as session:
        [session.load(cell) for cell in _cells(NAMING, FINE)]
        with session.with_references(("apply",)):
            for name in ("own", "by_name", "reads"):
                with pytest.raises(StudentError, match=r"no function and no dict can be given"):
                    session(name, x)
            # A little more than `encode` takes: no worker of ours sends it, a forged frame may.
            huge = {"tuple": [{"int": "0x" + "f" * 1025}]}
            asked = {"ask": "apply", "args": huge, "kwargs": {"dict": {}}}
            answer = ({"failed": "its arguments cannot be read"}, [])
            assert session._reference(asked, b"") == answer
        assert session("fine", 4) == 8


def test_a_flood_of_forged_questions_costs_only_time():
    forged = (
        FORGED
        + """
def ask():
    for number in range(99): answer(number=number, ask="f", args={"tuple": []}, kwargs={"dict": {}})
    return 3
"""
    )
    with Session("bubblewrap", LIMITS, solution=SOLUTION) as session:
        [session.load(cell) for cell in _cells(forged, FINE)]
        for names in ((), ("f",)):
            with session.with_references(names), contextlib.suppress(StudentError):
                session("ask")
            assert session("fine", 4) == 8


@ISOLATIONS
def test_what_a_call_changes_is_seen(isolation):
    with _session(isolation) as session:
        [session.load(cell) for cell in _cells(EARLIER, LATER)]
        session("f", np.ones(2))
        assert session.changed == set()
        session("spoil", np.ones(2))
        assert session.changed == {"spoil"}

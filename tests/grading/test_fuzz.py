"""The grader survives what chance makes of notebooks and frames, and the fuzzer sees if not."""

import json
import random
import time

import numpy as np
import pytest
from classroom import MINI, REPOSITORY, isolates, mini_course, run

from galflux_edu.grading.root import load
from galflux_edu.grading.sandbox import protocol
from galflux_edu.grading.sandbox.interpreter import Interpreter
from grader_tests.fuzz import campaign, frame_fuzz, frames, notebook_fuzz
from grader_tests.fuzz.cells import SIZES
from grader_tests.fuzz.frame_fuzz import examine_frame, examine_stall
from grader_tests.fuzz.frames import ALL as FRAME_KINDS
from grader_tests.fuzz.frames import mutant_frame
from grader_tests.fuzz.notebook_fuzz import examine_notebook
from grader_tests.fuzz.notebooks import ALL as NOTEBOOK_KINDS
from grader_tests.fuzz.notebooks import mutant, snippets

PS4 = "ps4_convolution"
SEED = 0


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of one tiny problem set."""
    return mini_course(tmp_path_factory.mktemp("course"))


def _run(root, name, examine, numbers):
    # Another test of this process may have loaded the runner of a course of its own.
    campaign = load(root, "grader_tests.fuzz.campaign")
    examine = getattr(load(root, examine.__module__), examine.__name__)
    outcomes = campaign.run_mutants(root, name, SEED, examine, numbers, "mutants")
    assert campaign.Fuzz(name, SEED, (), tuple(outcomes), ()).faults == []
    assert len(outcomes) == len(numbers)
    return outcomes


def test_mutated_notebooks_of_a_small_set_do_no_harm(course):
    outcomes = _run(course, MINI, examine_notebook, range(800))
    assert {kind for each in outcomes for kind in each.kinds} == {*NOTEBOOK_KINDS, *SIZES}
    states = [each.state for each in outcomes]
    assert min(states.count("unreadable"), states.count("read")) > 200


def test_mutated_notebooks_of_a_large_set_do_no_harm():
    _run(REPOSITORY, PS4, examine_notebook, range(60))


def test_mutated_frames_do_no_harm(course):
    outcomes = _run(course, MINI, examine_frame, range(2500))
    kinds = {kind for each in outcomes for kind in each.kinds}
    assert kinds == {*FRAME_KINDS, "none", "sizes: up to the limit"}
    states = [each.state for each in outcomes]
    assert min(states.count("refused"), states.count("read")) > 400


def test_a_worker_that_stalls_is_not_waited_for(course):
    _run(course, MINI, examine_stall, range(0, 2500, 100))


@pytest.mark.long
@pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")
def test_nothing_gains_a_point(course):
    done = run(course, "-m", "galflux_edu.cli", "selftest", MINI, "--fuzz", "100", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])["fuzz"][MINI]
    assert found.pop("graded") >= 10
    assert found == {
        "set": MINI,
        "seed": 0,
        "notebooks": 100,
        "frames": 1010,
        "faults": 0,
        "most_points": 0.0,
    }
    assert "100 notebooks, " in done.stdout
    assert "outputs: forged" in done.stdout


def test_a_mutant_is_a_function_of_its_seed_and_number(course):
    released = (course / "exercises" / MINI / f"{MINI}.ipynb").read_bytes()
    hostile = snippets(REPOSITORY)
    assert len(hostile) > 20
    for number in random.Random(SEED).sample(range(10**6), 20):
        assert mutant(1, number, released, hostile) == mutant(1, number, released, hostile)
        frame = mutant_frame(1, number)
        assert (frame.kinds, frame.content) == (
            mutant_frame(1, number).kinds,
            mutant_frame(1, number).content,
        )
        assert frame.content != mutant_frame(2, number).content
    assert mutant(1, 3, released).content != mutant(2, 3, released).content


def _faults(course, examine, count=12):
    outcomes = [examine(course, MINI, SEED, number) for number in range(count)]
    return " | ".join(fault for each in outcomes for fault in each.faults)


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda cells: cells.pop(2), "the questions are"),
        (lambda cells: cells[2].metadata.nbgrader.update(points=100), "its metadata is"),
        (lambda cells: cells[3].update(source="pass"), "its source has changed"),
        (lambda cells: cells[3].update(id=cells[2].id), "an id is there twice"),
        (lambda cells: cells[3].update(execution_count=3), "an output of the submission"),
        (lambda cells: 1 / 0, "the grader crashed: ZeroDivisionError"),
        (lambda cells: time.sleep(5), "it took longer than 0.5 s"),
    ],
)
def test_a_reader_that_lets_harm_through_is_found(course, monkeypatch, harm, fault):
    read = notebook_fuzz.read_merged

    def harmful(folder, release, name):
        notebook = read(folder, release, name)
        if folder != release:  # the release itself is read too, to compare with
            harm(notebook.cells)
        return notebook

    monkeypatch.setattr(notebook_fuzz, "SECONDS", 0.5)
    monkeypatch.setattr(notebook_fuzz, "read_merged", harmful)
    assert fault in _faults(course, examine_notebook)


def test_a_reader_that_takes_much_memory_is_found(course, monkeypatch):
    monkeypatch.setattr(notebook_fuzz, "BYTES", -1)
    assert "GB of memory" in _faults(course, examine_notebook)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (lambda: "text", "a value of the kind str has come through"),
        (dict, "a value of the kind dict has come through"),
        (lambda: np.zeros(1, object), "a value of the kind ndarray has come through"),
        (lambda: 1 / 0, "the grader crashed: ZeroDivisionError"),
        (lambda: time.sleep(5), "it took longer than 0.2 s"),
        (lambda: len(bytearray(10**8)), "bytes took 100 MB of memory"),
    ],
)
def test_a_line_that_lets_harm_through_is_found(course, monkeypatch, value, fault):
    monkeypatch.setattr(frame_fuzz, "SECONDS", 0.2)
    monkeypatch.setattr(Interpreter, "call", lambda *_: (value(), False))
    assert fault in _faults(course, examine_frame)


def test_arrays_that_share_their_bytes_are_found(course, monkeypatch):
    whole = protocol._decode_array

    def shared(content, raw):
        raw.seek(0)
        return whole(content, raw)

    monkeypatch.setattr(protocol, "_decode_array", shared)
    monkeypatch.setattr(frames, "ALL", ("arrays: repeated",))
    assert "MB of memory" in _faults(course, examine_frame, 12)


def test_a_check_that_gives_points_away_is_found(course, monkeypatch):
    monkeypatch.setattr(frame_fuzz, "compare", lambda *_: None)
    assert "a wrong value gains a point" in _faults(course, examine_frame, 40)


def test_points_and_errors_are_told_with_what_makes_the_mutant_again():
    outcome = notebook_fuzz.Outcome(7, ("bytes: cut",), "read", 0.5, "a")
    grade = campaign.Graded(7, 2.0, 3.0, ("double: needed 0 points; got 2",))
    found = campaign.Fuzz(MINI, 5, (outcome,), (), (grade,))
    assert found.faults == [
        f"{MINI}: notebook 7 of seed 5: double: needed 0 points; got 2",
    ]
    assert found.rows == [campaign.Row("bytes: cut", 1, 0, 1, 0.5, 1, 3.0, 2.0)]
    assert found.summary()["most_points"] == 2.0

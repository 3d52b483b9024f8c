"""Answers that look alike: copies are found, natural answers are not, nothing is run."""

import re
import shutil
from pathlib import Path

import pytest
from classroom import MINI, answer, hand_in, mini_course, run

from galflux_edu.grading.grades.similarity import compare_answers

STUB = 'def slope(x, y):\n    """Return the slope of y against x."""\n'
OWN = [
    "    n = len(x)\n    top = n * sum(a * b for a, b in zip(x, y)) - sum(x) * sum(y)\n"
    "    bottom = n * sum(a * a for a in x) - sum(x) ** 2\n    return top / bottom\n",
    "    matrix = [[1.0, value] for value in x]\n    while len(matrix) < 2:\n"
    "        matrix.append([1.0, 0.0])\n    offset, found = solve(matrix, y)\n    return found\n",
    "    line = numpy.polynomial.Polynomial.fit(x, y, 1)\n"
    "    return float(line.convert().coef[1])\n",
    "    import numpy\n    covariance = numpy.cov(x, y)\n    assert covariance.shape == (2, 2)\n"
    "    return covariance[0, 1] / covariance[0, 0]\n",
]
DISGUISED = (  # the first one with other names, comments and spaces
    "    size = len(u)   # how many\n\n    up = size * sum(p * q for p, q in zip(u, v))"
    " - sum(u) * sum(v)\n    # and below\n    down = size * sum(p * p for p in u) - sum(u) ** 2\n"
    "    return up / down\n"
)
NATURAL = "def relu(x):\n    return np.where(np.asarray(x) > 0.0, np.asarray(x), 0.0)\n"


def _class(*codes):
    return {f"s{i}": STUB + code for i, code in enumerate(codes)}


def test_a_copy_with_other_names_is_found_and_its_lines_are_highlighted():
    alike = compare_answers(_class(*OWN, DISGUISED), [STUB])
    (pair,) = alike.pairs
    assert pair.students == ("s0", "s4")
    assert pair.shares == (1.0, 1.0)
    assert alike.compared == 10
    assert {2, 3, 4, 5} <= pair.lines[0]
    assert {2, 4, 6} <= pair.lines[1]


def test_the_same_class_gives_the_same_numbers_whatever_the_order():
    first = compare_answers(_class(*OWN, DISGUISED), [STUB], 0.0)
    again = compare_answers(dict(reversed(_class(*OWN, DISGUISED).items())), [STUB], 0.0)
    shares = [{frozenset(zip(p.students, p.shares, strict=True)) for p in each.pairs}
              for each in (first, again)]  # fmt: skip
    assert shares[0] == shares[1]


def test_what_the_set_hands_out_and_what_many_wrote_does_not_count():
    """Five natural answers, each with an own slope but the last: that one only is a pair."""
    natural = _class(*OWN, DISGUISED)
    answers = {who: f"{code}\n\n{NATURAL * 3}" for who, code in natural.items()}
    alike = compare_answers(answers, [STUB], 0.6)
    assert [pair.students for pair in alike.pairs] == [("s0", "s4")]
    assert alike.common == 4
    assert alike.n_common_only >= 3  # pairs that only share the natural answer
    alike = compare_answers(answers, [STUB, answers["s0"]], 0.6)
    assert alike.pairs == []
    assert alike.too_short == ["s0", "s4"]


def test_whoever_wrote_nothing_is_not_like_the_others():
    alike = compare_answers({"a": STUB, "b": STUB, "c": "", "d": STUB + OWN[0]}, [STUB], 0.0)
    assert (alike.pairs, alike.too_short, alike.compared) == ([], ["a", "b", "c"], 0)


@pytest.mark.parametrize(
    "code", ["def (:\n" * 40, "\0" * 300, "'" * 999, "(" * 5000, "é\ud83d" * 90]
)
def test_what_is_no_python_is_compared_all_the_same(code):
    code = code.encode("utf-8", "replace").decode()
    compare_answers({"a": code, "b": code, "c": OWN[0]}, [STUB], 0.5)


@pytest.fixture
def root(tmp_path) -> Path:
    return mini_course(tmp_path / "course")


def test_the_page_shows_both_sides_escaped_and_runs_nothing(root):
    bomb = "open('ran', 'w').write('x')\nevil = '<script>alert(1)</script></code>'\n"
    hand_in(root, MINI, "ada", "exercises", answer(bomb + OWN[0]))
    hand_in(root, MINI, "bob", "exercises", answer(bomb + DISGUISED))
    hand_in(root, MINI, "<b>cid", "exercises", answer(OWN[3]))
    hand_in(root, MINI, "dan", "exercises")
    (root / "submitted" / "dan" / MINI / f"{MINI}.ipynb").write_text("no notebook")
    done = run(root, "-m", "galflux_edu.cli", "grade", "similar", MINI, "--threshold", "0.5")
    assert done.returncode == 0, done.stderr
    assert (
        "1 of 3 pairs look alike in 50% or more of an answer. A hint, not a verdict." in done.stdout
    )
    page = (root / ".grader" / "reports" / MINI / "similar.html").read_text()
    assert "a hint, not a verdict" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert re.search(r'class="highlighted">    return top / bottom<', page)
    assert "Too little of their own to be compared: dan." in page
    assert "matrix" not in page  # only pairs are shown
    assert not list(root.rglob("ran"))
    shutil.rmtree(root / "submitted")
    done = run(root, "-m", "galflux_edu.cli", "grade", "similar", MINI)
    assert done.returncode == 2

"""Find answers that look alike, without running anything.

Names, strings and comments are taken out of the code; what is left is compared in pieces of 25
characters (the k-grams of Schleimer, Wilkerson and Aiken, 2003, "Winnowing: local algorithms for
document fingerprinting", by the library copydetect). Pieces that the set itself hands out do not
count, nor do those that many students wrote: a short function has one natural answer.
"""

import io
import re
from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from copydetect import CodeFingerprint, compare_files
from copydetect.utils import get_token_coverage
from tqdm import tqdm

from ...notebook import read_merged, read_release
from ..nbgrader_plugins.course import Course

K = 25  # characters, after names are one letter each: about a statement
COMMON, FEWEST = 0.2, 4  # what a fifth of the class wrote, and no fewer than four, is natural
LEAST = 2 * K  # of one's own; in less than that nothing can be told
MOST_CHARACTERS = 100_000  # of one student's answers; the rest is not looked at
FENCED = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Pair:
    """Hold two students whose answers look alike.

    Parameters
    ----------
    students
        Who.
    shares
        Of each one's uncommon code, the share that the other has too, 0 to 1.
    characters
        How much that is, after names are one letter each.
    everything
        The larger share if what is common in the class counts too.
    lines
        The lines of each one's answers in which it lies.
    """

    students: tuple[str, str]
    shares: tuple[float, float]
    characters: int
    everything: float
    lines: tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True)
class SimilarityResult:
    """Hold what looks alike in a class.

    Parameters
    ----------
    pairs
        Those at or above the threshold, most alike first.
    compared
        How many pairs there are.
    n_common_only
        How many more would be at or above the threshold if what is common counted.
    common
        From how many students on a piece of code is common.
    too_short
        Who wrote too little of their own to be compared.
    """

    pairs: list[Pair]
    compared: int
    n_common_only: int
    common: int
    too_short: list[str]


def answers(course: Course, students: tuple[str, ...] = ()) -> dict[str, str]:
    """Return what each student wrote into the cells for answers, and into cells of their own."""
    found = {}
    for student, folder in course.submissions(students).items():
        cells: list[str] = []
        for name in course.notebooks:
            notebook = read_merged(folder, course.problems.release, name)
            cells += [cell.source for cell in notebook.cells if _is_own(cell)]
        found[student] = "\n\n".join(cells)[:MOST_CHARACTERS]
    return found


def handed_out(course: Course) -> list[str]:
    """Return all code that the set hands out: stubs, other cells, examples in its texts."""
    texts = [path.read_text(encoding="utf-8") for path in _lectures(course)]
    code = []
    for name in course.notebooks:
        cells = read_release(course.problems.release, name).cells
        code.append("\n\n".join(cell.source for cell in cells if _is_own(cell)))
        code += [cell.source for cell in cells if cell.cell_type == "code"]
        texts += [cell.source for cell in cells if cell.cell_type == "markdown"]
    return code + [example for text in texts for example in FENCED.findall(text)]


def compare_answers(
    answers: dict[str, str], handed_out: Sequence[str] = (), threshold: float | int = 0.6
) -> SimilarityResult:
    """Return which answers look alike.

    Parameters
    ----------
    answers
        The code of each student.
    handed_out
        Code that does not count.
    threshold
        The share of an answer, 0 to 1, from which on a pair is returned.
    """
    given = set().union(*(_fingerprint(code).hashes for code in handed_out))
    own = {who: _without(_fingerprint(code), given) for who, code in answers.items()}
    too_short = [who for who, each in own.items() if each.token_coverage < LEAST]
    own = {who: each for who, each in own.items() if who not in too_short}
    spread = Counter(piece for each in own.values() for piece in each.hashes)
    common = max(FEWEST, round(COMMON * len(own)))
    natural = {piece for piece, count in spread.items() if count >= common}
    rare = {who: _without(each, natural) for who, each in own.items()}
    pairs, n_common_only = [], 0
    every = list(combinations(own, 2))
    for a, b in tqdm(every, "comparing", unit="pair", disable=None, leave=False):
        _, everything, _ = compare_files(own[a], own[b])
        characters, shares, slices = compare_files(rare[a], rare[b])
        if max(shares) >= threshold and characters:
            lines = (_lines(rare[a], slices[0]), _lines(rare[b], slices[1]))
            both = (float(shares[0]), float(shares[1]))
            pairs.append(Pair((a, b), both, int(characters), float(max(everything)), lines))
        elif max(everything) >= threshold:
            n_common_only += 1
    pairs.sort(key=lambda pair: (-max(pair.shares), -pair.characters, pair.students))
    return SimilarityResult(pairs, len(every), n_common_only, common, too_short)


def _is_own(cell: Any) -> bool:
    """Return whether a student may write into the cell, or added it."""
    nbgrader = cell.metadata.get("nbgrader")
    return cell.cell_type == "code" and (nbgrader is None or bool(nbgrader.get("solution")))


def _lectures(course: Course) -> list[Path]:
    return sorted((course.problems.root / "course" / course.name).glob("*.md"))


def _fingerprint(code: str) -> Any:
    # A window of 1 keeps every piece: with more, which pieces stay would change from run to run,
    # as Python's own hashes do.
    return CodeFingerprint("answers.py", K, 1, language="python", fp=io.StringIO(code))


def _without(fingerprint: Any, pieces: set) -> Any:
    """Return a fingerprint without some pieces (the library's own way drops repeated ones too)."""
    left = copy(fingerprint)
    left.hashes = fingerprint.hashes - pieces
    left.hash_idx = {piece: fingerprint.hash_idx[piece] for piece in left.hashes}
    left.token_coverage = get_token_coverage(left.hash_idx, K, len(left.filtered_code))
    return left


def _lines(fingerprint: Any, slices: Any) -> frozenset[int]:
    """Return the lines in which the copied slices of the raw code lie."""
    ends = [fingerprint.raw_code.count("\n", 0, int(end)) for end in slices.ravel()]
    half = len(ends) // 2
    runs = zip(ends[:half], ends[half:], strict=True)
    return frozenset(line for first, last in runs for line in range(first, last + 1))

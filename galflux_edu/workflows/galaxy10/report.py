"""Tell how well galaxies are told apart: one table, three pictures, one page."""

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ... import plots
from ...metrics import accuracy, confusion_matrix
from ...reports import Picture, Row, Section, Table, html_report, rows_to_json, text_table
from ..flux.report import RunReport
from .pictures import LABELS, Pictures

SYSTEM = "galaxy10"
NAMES = {
    "majority-class": "always the commonest class",
    "galaxy10-linear": "one weighted sum a class",
    "galaxy10-mlp": "network of Lecture 7",
}
PUBLISHED = {"galaxy10-mlp": 0.66}  # what the lecture asks for, on its own pictures


@dataclass(frozen=True)
class Learnt:
    """What one network learnt.

    Parameters
    ----------
    params
        Its parameters, NumPy arrays.
    accuracy
        On the validation pictures, at the start and at every look.
    test_classes
        What it calls the test pictures in the end.
    """

    params: Any
    accuracy: list[float]
    test_classes: np.ndarray


def write_classes(
    folder: Path,
    pictures: Pictures,
    learnt: dict[str, Learnt],
    every: int,
    command: str,
    seed: int,
    start: float,
) -> RunReport:
    """Write ``report.html`` and ``metrics.json``; `every` is how many steps lie between looks."""
    truth = pictures.test[1]
    commonest = np.bincount(pictures.train[1]).argmax()
    called = {"majority-class": np.full(len(truth), commonest)}
    called |= {name: each.test_classes for name, each in learnt.items()}
    right = {name: accuracy(classes, truth) for name, classes in called.items()}
    published = {} if pictures.simulated else PUBLISHED
    rows = [
        Row(SYSTEM, "honest", name, "accuracy", value, published.get(name))
        for name, value in right.items()
    ]
    lines = [
        (NAMES[name], f"{value:.1%}", f"{math.sqrt(value * (1 - value) / len(truth)):.1%}")
        for name, value in right.items()
    ]
    header = ("method", "accuracy", "sampling error")
    table = Table(header, lines, caption=f"Measured once, on {len(truth):,} test pictures.")
    metrics = rows_to_json(rows, command, seed, time.perf_counter() - start)
    content = json.dumps(metrics, allow_nan=False) + "\n"
    (folder / "metrics.json").write_text(content, encoding="utf-8")
    html_report(
        folder / "report.html",
        "The shapes of galaxies",
        [
            Section("The classes", [pictures.note], pictures=[_classes(pictures)]),
            Section("How often each is right", table=table),
            Section("On the way", pictures=[_curve(learnt, every, right["majority-class"])]),
            Section("What is taken for what", pictures=[_confusion(called["galaxy10-mlp"], truth)]),
        ],
        command=command,
        summary=f"{lines[-1][1]} of the test galaxies are called right by the network, "
        f"{lines[-2][1]} by weighted sums of the pixels.",
        facts={"seed": seed, "seconds": round(metrics["seconds"], 1)},
    )
    text = text_table(table.header, table.rows)
    return RunReport(f"{text}\n\n{table.caption} {pictures.note}", metrics, folder / "report.html")


def _classes(pictures: Pictures) -> Picture:
    images, labels = pictures.train
    count = len(LABELS)
    shown = np.concatenate([np.flatnonzero(labels == k)[:1] for k in range(count)])

    def draw() -> Any:
        figure, axes = plots.new_figure(1, len(shown), (2.2, 2.4))
        titles = [LABELS[k].replace(", ", ",\n") for k in labels[shown]]
        plots.gray_gallery(axes, images[shown][..., 0], titles)
        return figure

    alt = "One picture of each class."
    return Picture(**plots.in_both_themes(draw), alt=alt, caption="The first of each class.")


def _curve(learnt: dict[str, Learnt], every: int, majority: float) -> Picture:
    curves = {NAMES[name]: each.accuracy for name, each in learnt.items()}
    steps = [every * i for i in range(len(learnt["galaxy10-mlp"].accuracy))]

    def draw() -> Any:
        figure, ax = plots.new_figure(panel_inches=(6.0, 3.8))
        plots.accuracy_by_step(ax, steps, curves, {NAMES["majority-class"]: majority})
        return figure

    alt = "Validation accuracy against training steps."
    return Picture(**plots.in_both_themes(draw), alt=alt, caption="On the validation pictures.")


def _confusion(classes: np.ndarray, truth: np.ndarray) -> Picture:
    names = np.asarray(LABELS)
    matrix = confusion_matrix(names[classes], names[truth], names)

    def draw() -> Any:
        figure, ax = plots.new_figure(panel_inches=(6.4, 5.2))
        plots.confusion_map(ax, matrix, NAMES["galaxy10-mlp"])
        return figure

    return Picture(**plots.in_both_themes(draw), alt="Confusion matrix.", caption="Test pictures.")

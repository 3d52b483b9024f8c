"""Report how well galaxies are classified: one table, three pictures, one page."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ... import plots
from ...metrics import accuracy, confusion_matrix
from ...reports import Row, Section, Table, html_report, text_table
from ..report import Drawing, RunReport, draw, environment_info, label_of, write_metrics
from .pictures import LABELS, Pictures

SYSTEM = "galaxy10"
PUBLISHED = {"galaxy10-mlp": 0.66}  # what the lecture asks for, on its own pictures


@dataclass(frozen=True)
class TrainedClassifier:
    """A trained network and how well it classifies.

    Parameters
    ----------
    params
        Its parameters, NumPy arrays.
    accuracy
        On the validation pictures, at the start and after every interval.
    test_classes
        The classes it predicts for the test pictures in the end.
    """

    params: Any
    accuracy: list[float]
    test_classes: np.ndarray


def write_classes(
    folder: Path,
    pictures: Pictures,
    trained: dict[str, TrainedClassifier],
    interval: int,
    command: str,
    seed: int,
    start: float,
) -> RunReport:
    """Write ``report.html`` and ``metrics.json``; `interval` steps lie between two validations."""
    truth = pictures.test[1]
    most_common = np.bincount(pictures.train[1]).argmax()
    predicted = {"majority-class": np.full(len(truth), most_common)}
    predicted |= {name: each.test_classes for name, each in trained.items()}
    accuracies = {name: accuracy(classes, truth) for name, classes in predicted.items()}
    published = {} if pictures.simulated else PUBLISHED
    rows = [
        Row(SYSTEM, "honest", name, "accuracy", value, published.get(name))
        for name, value in accuracies.items()
    ]
    lines = [
        (label_of(name), f"{value:.1%}", f"{math.sqrt(value * (1 - value) / len(truth)):.1%}")
        for name, value in accuracies.items()
    ]
    header = ("method", "accuracy", "sampling error")
    table = Table(header, lines, caption=f"Measured once, on {len(truth):,} test pictures.")
    seconds = time.perf_counter() - start
    metrics = write_metrics(folder, rows, command, seed, seconds)
    drawn = draw(
        {
            "classes": _classes(pictures),
            "curve": _curve(trained, interval, accuracies["majority-class"]),
            "confusion": _confusion(predicted["galaxy10-mlp"], truth),
        }
    )
    html_report(
        folder / "report.html",
        "The shapes of galaxies",
        [
            Section("The classes", [pictures.note], pictures=[drawn["classes"]]),
            Section("Accuracy", table=table),
            Section("Accuracy during training", pictures=[drawn["curve"]]),
            Section("Confusion matrix", pictures=[drawn["confusion"]]),
        ],
        command=command,
        summary=f"The network classifies {lines[-1][1]} of the test galaxies correctly, "
        f"weighted sums of the pixels {lines[-2][1]}.",
        metadata=environment_info(seed, seconds),
    )
    text = text_table(table.header, table.rows)
    return RunReport(f"{text}\n\n{table.caption} {pictures.note}", metrics, folder / "report.html")


def _classes(pictures: Pictures) -> Drawing:
    images, labels = pictures.train
    count = len(LABELS)
    shown = np.concatenate([np.flatnonzero(labels == k)[:1] for k in range(count)])

    def gallery() -> Any:
        figure, axes = plots.new_figure(1, len(shown), (2.2, 2.4))
        titles = [LABELS[k].replace(", ", ",\n") for k in labels[shown]]
        plots.gray_gallery(axes, images[shown][..., 0], titles)
        return figure

    return gallery, "One picture of each class.", "The first of each class."


def _curve(trained: dict[str, TrainedClassifier], interval: int, majority: float) -> Drawing:
    curves = {label_of(name): each.accuracy for name, each in trained.items()}
    steps = [interval * i for i in range(len(trained["galaxy10-mlp"].accuracy))]

    def curve() -> Any:
        figure, ax = plots.new_figure(panel_inches=(6.0, 3.8))
        plots.accuracy_by_step(ax, steps, curves, {label_of("majority-class"): majority})
        return figure

    return curve, "Validation accuracy against training steps.", "On the validation pictures."


def _confusion(classes: np.ndarray, truth: np.ndarray) -> Drawing:
    names = np.asarray(LABELS)
    matrix = confusion_matrix(names[classes], names[truth], names)

    def matrix_map() -> Any:
        figure, ax = plots.new_figure(panel_inches=(6.4, 5.2))
        plots.confusion_map(ax, matrix, label_of("galaxy10-mlp"))
        return figure

    return matrix_map, "Confusion matrix.", "Test pictures."

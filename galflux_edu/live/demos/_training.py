"""What every demo with a network in training shows: buttons, curves, and its first layer."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from ...plots import mosaic
from .. import charts, page
from ..process import TrainingProcess, View
from ..replay import Recording
from ..tasks import is_collapsed

SECONDS = 0.4  # between two drawings of what the processes report
STATUS_WORDS = {
    "preparing": "drawing galaxies …",
    "compiling": "compiling …",
    "running": "training",
    "paused": "paused",
    "failed": "failed",
    "ended": "ended",
}


def buttons(processes: Sequence[TrainingProcess]) -> None:
    """Show what steers all `processes` together; space and the right arrow do the same."""
    playing = st.session_state.get("playing", False)
    row = st.container(horizontal=True)
    words = "Pause" if playing else "Start"
    if row.button(words, shortcut="Space", key="play", type="primary", width="stretch"):
        st.session_state["playing"] = not playing
        for process in processes:
            process.pause() if playing else process.play()
        st.rerun()
    if row.button("1 batch", shortcut="Right", key="one", width="stretch"):
        _do(processes, lambda process: process.steps(1))
    if row.button("1 epoch", shortcut="Shift+Right", key="epoch", width="stretch"):
        _do(processes, lambda process: process.steps(process.view.steps_per_epoch))
    if row.button("Restart", shortcut="Shift+Left", key="restart", width="stretch"):
        _do(processes, lambda process: process.restart())


def replay_start() -> float:
    """Show the button that replays recorded runs; return when the replay began."""
    if st.button("Play again", shortcut="Space", key="again") or "replay" not in st.session_state:
        st.session_state["replay"] = time.monotonic()
    return st.session_state["replay"]


def _do(processes: Sequence[TrainingProcess], what: Callable[[TrainingProcess], None]) -> None:
    st.session_state["playing"] = False
    for process in processes:
        what(process)
    st.rerun()


def show_all(
    runs: Mapping[str, TrainingProcess | Recording], unit: str, limits: tuple[float, float]
) -> None:
    """Show each of `runs`, side by side, and go on showing them."""

    @st.fragment(run_every=SECONDS)
    def draw() -> None:
        for column, (name, run) in zip(st.columns(len(runs)), runs.items(), strict=True):
            with column:
                _show(name, run.view, unit, limits, wide=len(runs) == 1 and not page.presenting())

    draw()


def _show(name: str, view: View, unit: str, limits: tuple[float, float], wide: bool) -> None:
    theme, letters = page.theme(), page.letters()
    _numbers(view, f"validation error [{unit}]", "{:.2g}")
    _warn_if_collapsed(view)
    if not view.metadata:
        return
    loss, agreement = st.columns([3, 2]) if wide else (st.container(), st.container())
    baselines = view.metadata["baselines"]
    spec = charts.loss_chart(list(baselines), unit, theme, letters)
    data = charts.loss_data(list(view.losses), list(view.validation), baselines)
    loss.vega_lite_chart(data, spec, theme=None, width="stretch", key=f"{name} loss")
    true = view.metadata["true"]
    predicted = view.snapshot.get("predicted", true * np.nan)
    spec = charts.agreement_chart(*limits, theme, letters)
    data = charts.agreement_data(true, predicted)
    agreement.vega_lite_chart(data, spec, theme=None, width="stretch", key=f"{name} agreement")
    error, insight = st.columns([2, 3]) if wide else (st.container(), st.container())
    spec = charts.residual_chart(theme, letters)
    data = charts.residual_data(true, predicted)
    error.vega_lite_chart(data, spec, theme=None, width="stretch", key=f"{name} residuals")
    if "filters" in view.snapshot:
        with insight:
            _insight(view)


def _numbers(view: View, score: str, form: str) -> None:
    row = st.container(horizontal=True)
    row.metric("state", STATUS_WORDS[view.status])
    row.metric("step", f"{view.step:,}", help=f"{view.steps_per_epoch} steps are one epoch")
    row.metric("steps per second", f"{view.steps_per_second:,.0f}")
    row.metric(score, form.format(view.snapshot["score"]) if view.snapshot else "–")
    if view.message:
        st.error(view.message)


def _warn_if_collapsed(view: View) -> None:
    if view.step > 50 and "predicted" in view.snapshot:
        predicted, true = view.snapshot["predicted"], view.metadata["true"]
        if is_collapsed(predicted, true):
            st.error(
                "This network has collapsed: for every galaxy it predicts "
                f"{np.mean(predicted):.2f} ± {np.std(predicted):.2f}. Always predicting the mean, "
                f"{np.mean(true):.2f}, has an error of {np.var(true):.2g}; behind dead ReLUs the "
                "gradient is zero."
            )


def _insight(view: View) -> None:
    left, right = st.columns([1, 2])
    with left:
        words = "the kernels of the first layer: violet adds light, orange takes it off"
        page.picture(mosaic(view.snapshot["filters"], 4, diverging=True, zoom=8), words)
    if "maps" in view.snapshot:
        with right:
            words = "their feature maps of the first galaxy, after ReLU and pooling"
            page.picture(mosaic(view.snapshot["maps"], 4), words)


def show_classes(run: TrainingProcess | Recording, names: Sequence[str]) -> None:
    """Show a classifier, and go on showing it."""

    @st.fragment(run_every=SECONDS)
    def draw() -> None:
        view = run.view
        _numbers(view, "accuracy", "{:.1%}")
        if not view.metadata:
            return
        theme, letters = page.theme(), page.letters()
        left, right = [st, st] if page.presenting() else st.columns(2)
        baselines = view.metadata["baselines"]
        spec = charts.score_chart(list(baselines), theme, letters)
        data = charts.score_data(list(view.validation), baselines, view.step)
        left.vega_lite_chart(data, spec, theme=None, width="stretch", key="accuracy")
        true = view.metadata["true"]
        predicted = view.snapshot.get("predicted", true)
        right.vega_lite_chart(
            charts.confusion_data(true.argmax(axis=1), predicted.argmax(axis=1), names),
            charts.confusion_chart(names, theme, letters),
            theme=None,
            width="stretch",
            key="confusion",
        )
        if "filters" in view.snapshot:
            words = "what 8 of 100 hidden units have learnt: violet adds, orange takes off"
            page.picture(mosaic(view.snapshot["filters"], 8, diverging=True), words)

    draw()

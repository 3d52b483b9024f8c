"""What every demo with a network in training shows: buttons, curves, and what the network sees."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from ...plots import mosaic
from .. import charts, page, recordings
from ..tasks import is_dead
from ..trainer import Trainer, View

SECONDS = 0.4  # between two looks at what the processes report
WORDS = {
    "preparing": "drawing galaxies …",
    "compiling": "compiling …",
    "running": "training",
    "paused": "paused",
    "broken": "broken",
    "ended": "ended",
}


def buttons(trainers: Sequence[Trainer]) -> None:
    """Show what steers all `trainers` together; space and the right arrow do the same."""
    playing = st.session_state.get("playing", False)
    row = st.container(horizontal=True)
    words = "Pause" if playing else "Start"
    if row.button(words, shortcut="Space", key="play", type="primary", width="stretch"):
        st.session_state["playing"] = not playing
        for trainer in trainers:
            trainer.pause() if playing else trainer.play()
        st.rerun()
    if row.button("1 batch", shortcut="Right", key="one", width="stretch"):
        _do(trainers, lambda trainer: trainer.steps(1))
    if row.button("1 epoch", shortcut="Shift+Right", key="epoch", width="stretch"):
        _do(trainers, lambda trainer: trainer.steps(trainer.view.steps_per_epoch))
    if row.button("Restart", shortcut="Shift+Left", key="restart", width="stretch"):
        _do(trainers, lambda trainer: trainer.restart())


def began_replay() -> float:
    """Show the button that plays stored runs again; return when playing began."""
    if st.button("Play again", shortcut="Space", key="again") or "replay" not in st.session_state:
        st.session_state["replay"] = time.monotonic()
    return st.session_state["replay"]


def _do(trainers: Sequence[Trainer], what: Callable[[Trainer], None]) -> None:
    st.session_state["playing"] = False
    for trainer in trainers:
        what(trainer)
    st.rerun()


def show_all(
    runs: Mapping[str, Trainer | recordings.Recording], unit: str, limits: tuple[float, float]
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
    _say_if_dead(view)
    if not view.facts:
        return
    loss, agreement = st.columns([3, 2]) if wide else (st.container(), st.container())
    baselines = view.facts["baselines"]
    spec = charts.loss_chart(list(baselines), unit, theme, letters)
    data = charts.loss_data(list(view.losses), list(view.validation), baselines)
    loss.vega_lite_chart(data, spec, theme=None, width="stretch", key=f"{name} loss")
    true, predicted = view.facts["true"], view.seen.get("predicted", view.facts["true"] * np.nan)
    spec = charts.agreement_chart(*limits, theme, letters)
    data = charts.agreement_data(true, predicted)
    agreement.vega_lite_chart(data, spec, theme=None, width="stretch", key=f"{name} agreement")
    error, looks = st.columns([2, 3]) if wide else (st.container(), st.container())
    spec = charts.residual_chart(theme, letters)
    data = charts.residual_data(true, predicted)
    error.vega_lite_chart(data, spec, theme=None, width="stretch", key=f"{name} residuals")
    if "filters" in view.seen:
        with looks:
            _insight(view)


def _numbers(view: View, score: str, form: str) -> None:
    row = st.container(horizontal=True)
    row.metric("state", WORDS[view.status])
    row.metric("step", f"{view.step:,}", help=f"{view.steps_per_epoch} steps are one epoch")
    row.metric("steps per second", f"{view.steps_per_second:,.0f}")
    row.metric(score, form.format(view.seen["score"]) if view.seen else "–")
    if view.message:
        st.error(view.message)


def _say_if_dead(view: View) -> None:
    if view.step > 50 and "predicted" in view.seen:
        predicted, true = view.seen["predicted"], view.facts["true"]
        if is_dead(predicted, true):
            st.error(
                f"This network is dead: whatever the galaxy, it says {np.mean(predicted):.2f} "
                f"± {np.std(predicted):.2f}. Whoever always says {np.mean(true):.2f} has an error "
                f"of {np.var(true):.2g}, and no gradient leads further."
            )


def _insight(view: View) -> None:
    left, right = st.columns([1, 2])
    with left:
        words = "the kernels of the first layer: violet adds light, orange takes it off"
        page.picture(mosaic(view.seen["filters"], 4, diverging=True, zoom=8), words)
    if "maps" in view.seen:
        with right:
            words = "what they make of the first galaxy, after ReLU and pooling"
            page.picture(mosaic(view.seen["maps"], 4), words)


def show_classes(run: Trainer | recordings.Recording, names: Sequence[str]) -> None:
    """Show a network that tells classes apart, and go on showing it."""

    @st.fragment(run_every=SECONDS)
    def draw() -> None:
        view = run.view
        _numbers(view, "share right", "{:.1%}")
        if not view.facts:
            return
        theme, letters = page.theme(), page.letters()
        left, right = [st, st] if page.presenting() else st.columns(2)
        baselines = view.facts["baselines"]
        spec = charts.score_chart(list(baselines), theme, letters)
        data = charts.score_data(list(view.validation), baselines, view.step)
        left.vega_lite_chart(data, spec, theme=None, width="stretch", key="accuracy")
        true = np.argmax(view.facts["true"], axis=1)
        guess = np.argmax(view.seen["predicted"], axis=1) if "predicted" in view.seen else true
        right.vega_lite_chart(
            charts.confusion_data(true, guess, names),
            charts.confusion_chart(names, theme, letters),
            theme=None,
            width="stretch",
            key="confusion",
        )
        if "filters" in view.seen:
            words = "what 8 of 100 hidden units have learnt: violet adds, orange takes off"
            page.picture(mosaic(view.seen["filters"], 8, diverging=True), words)

    draw()

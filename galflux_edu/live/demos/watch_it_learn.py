"""Watch it learn: the flux CNN in training, to be steered, broken and compared."""

import streamlit as st

from ...train import OPTIMISERS, Hyperparameters
from .. import page
from ..process import TrainingProcess
from ..replay import collapsed_runs, replay
from ..tasks import COLLAPSING, CONVERGING, SKY_SIGMA_ADU
from . import _training as training

PAGE = {"title": "Watch it learn", "icon": ":material/show_chart:", "url_path": "watch-it-learn"}
RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
SCALINGS = {"asinh": "asinh(counts / 30)", "raw": "raw counts", "max": "divided by its maximum"}


def show() -> None:
    """Draw the page."""
    page.header(
        "Watch it learn",
        "A convolutional network learns to predict log flux from pictures of 64x64 pixels under a "
        f"bright sky ({SKY_SIGMA_ADU:g} ADU a pixel). Change what you like while it runs, and "
        "break it.",
        minutes=10,
    )
    left, right = st.columns([1, 3], gap="medium")
    beside = left.toggle(
        "A second run beside it",
        key="beside",
        help="A rate of 0.01 on raw counts, the target not centred: most such networks collapse",
    )
    recorded = left.toggle("Recorded run", key="recorded", help="If time is short")
    names = ["first", "second"] if beside else ["first"]
    with page.sentences():
        if recorded:
            with right:
                began = training.replay_start()
                runs = {name: replay("watch", name, began) for name in names}
                training.show_all(runs, "dex²", (1.5, 4.7))
            return
        processes = {}
        for name in names:
            with left:
                settings = _settings(name)
            processes[name] = _process(name, settings)
        with right:
            training.buttons(list(processes.values()))
            training.show_all(processes, "dex²", (1.5, 4.7))


def _process(name: str, settings: Hyperparameters) -> TrainingProcess:
    process = page.sessions().process(page.session_id(), f"watch {name}", "flux", settings)
    process.change(settings)
    return process


def _settings(name: str) -> Hyperparameters:
    begin = CONVERGING if name == "first" else COLLAPSING
    with st.container(border=True):
        rate = st.select_slider(
            "Learning rate", RATES, begin.learning_rate, format_func="{:g}".format, key=f"{name} lr"
        )
        optimiser = st.selectbox("Optimiser", list(OPTIMISERS), key=f"{name} optimiser")
        index = list(SCALINGS).index(begin.input_scaling)
        scaling = st.selectbox(
            "Input", list(SCALINGS), index, format_func=SCALINGS.get, key=f"{name} scaling"
        )
        first, second = st.columns(2)
        dropout = first.selectbox("Dropout", [0.0, 0.2, 0.5], 1, key=f"{name} dropout")
        seed = second.number_input(
            "Seed", 0, 999, begin.seed, key=f"{name} seed", help="Counts from the next restart on"
        )
        centred = st.toggle(
            "Target centred: mean subtracted", begin.centre_target, key=f"{name} centred"
        )
        counted = collapsed_runs("watch", name)
        st.caption(
            "With the settings this box opens with, {networks} of {of} networks collapsed within "
            "{steps} steps.".format(**counted)
        )
    return Hyperparameters(
        learning_rate=rate,
        optimiser=optimiser,
        dropout=dropout,
        input_scaling=scaling,
        centre_target=centred,
        seed=int(seed),
    )

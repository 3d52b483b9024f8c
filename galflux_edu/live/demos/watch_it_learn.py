"""Watch it learn: the flux CNN in training, to be steered, broken and compared."""

import streamlit as st

from .. import page, recordings
from ..liverun import OPTIMISERS, Settings
from ..tasks import DIES, LEARNS, SKY_SIGMA_ADU
from ..trainer import Trainer
from . import _training as training

PAGE = {"title": "Watch it learn", "icon": ":material/show_chart:", "url_path": "watch-it-learn"}
RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
SCALINGS = {"asinh": "asinh(counts / 30)", "raw": "raw counts", "max": "divided by its maximum"}


def show() -> None:
    """Draw the page."""
    page.header(
        "Watch it learn",
        "A convolutional network learns to read log flux from pictures of 64x64 pixels under a "
        f"bright sky ({SKY_SIGMA_ADU:g} ADU a pixel). Change what you like while it runs, and "
        "break it.",
        minutes=10,
    )
    left, right = st.columns([1, 3], gap="medium")
    beside = left.toggle(
        "A second run beside it",
        key="beside",
        help="A rate of 0.01 on raw counts, the mean left in: most such networks die",
    )
    stored = left.toggle("Stored run", key="stored", help="If the clock is against us")
    names = ["first", "second"] if beside else ["first"]
    with page.sentences():
        if stored:
            with right:
                began = training.began_replay()
                runs = {name: recordings.replay("watch", name, began) for name in names}
                training.show_all(runs, "dex²", (1.5, 4.7))
            return
        trainers = {}
        for name in names:
            with left:
                settings = _settings(name)
            trainers[name] = _trainer(name, settings)
        with right:
            training.buttons(list(trainers.values()))
            training.show_all(trainers, "dex²", (1.5, 4.7))


def _trainer(name: str, settings: Settings) -> Trainer:
    trainer = page.sessions().trainer(page.session_id(), f"watch {name}", "flux", settings)
    trainer.change(settings)
    return trainer


def _settings(name: str) -> Settings:
    begin = LEARNS if name == "first" else DIES
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
        centred = st.toggle("Target: mean taken off", begin.centre_target, key=f"{name} centred")
        died = recordings.deaths("watch", name)
        st.caption(
            "The settings this box opens with killed {networks} of {of} networks within {steps} "
            "steps.".format(**died)
        )
    return Settings(rate, optimiser, dropout, scaling, centred, int(seed))

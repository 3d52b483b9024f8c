"""One image at a time: the lecture's network learns from single galaxies."""

from dataclasses import replace

import streamlit as st

from ...sky import MORPHOLOGIES
from ...train import OPTIMISERS, Hyperparameters
from .. import page
from ..replay import replay
from ..tasks import ONE_AT_A_TIME
from . import _training as training

PAGE = {"title": "One image at a time", "icon": ":material/photo:", "url_path": "one-image"}
RATES = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]


def show() -> None:
    """Draw the page."""
    names = [kind.name for kind in MORPHOLOGIES]
    page.header(
        "One image at a time",
        "476,705 parameters, plain SGD, one galaxy a step. The galaxies are **simulated** after "
        f"five classes of Galaxy10: {'; '.join(names)}.",
        minutes=5,
    )
    left, right = st.columns([1, 3], gap="medium")
    recorded = left.toggle("Recorded run", key="shapes recorded", help="If time is short")
    with page.sentences():
        if recorded:
            with right:
                began = training.replay_start()
                training.show_classes(replay("shapes", "first", began), names)
            return
        with left:
            settings = _settings()
        process = page.sessions().process(page.session_id(), "shapes", "shapes", settings)
        process.change(settings)
        with right:
            training.buttons([process])
            training.show_classes(process, names)


def _settings() -> Hyperparameters:
    begin = ONE_AT_A_TIME
    rate = st.select_slider(
        "Learning rate", RATES, begin.learning_rate, format_func="{:g}".format, key="shapes lr"
    )
    optimiser = st.selectbox("Optimiser", list(OPTIMISERS), 2, key="shapes optimiser")
    return replace(begin, learning_rate=rate, optimiser=optimiser)

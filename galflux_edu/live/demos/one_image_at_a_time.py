"""One image at a time: the lecture's network looks at single galaxies, and gets better."""

import streamlit as st

from ...sky import MORPHOLOGIES
from .. import page, recordings
from ..liverun import OPTIMISERS, Settings
from . import _training as training

PAGE = {"title": "One image at a time", "icon": ":material/photo:", "url_path": "one-image"}
RATES = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
BEGIN = Settings(
    learning_rate=1e-3, optimiser="SGD", dropout=0.0, input_scaling="gray", centre_target=False
)


def show() -> None:
    """Draw the page."""
    names = [kind.name for kind in MORPHOLOGIES]
    page.header(
        "One image at a time",
        "476,705 parameters, plain SGD, one galaxy a step. The galaxies are **simulated** after "
        f"five classes of Galaxy10: {'; '.join(names)}.",
        minutes=5,
    )
    if st.toggle("The stored run instead", key="shapes stored", help="If the clock is against us"):
        began = training.began_replay()
        with page.sentences():
            training.show_classes(recordings.replay("shapes", "first", began), names)
        return
    with page.sentences():
        left, right = st.columns(2)
        rate = left.select_slider(
            "Learning rate", RATES, BEGIN.learning_rate, format_func="{:g}".format, key="shapes lr"
        )
        optimiser = right.selectbox("Optimiser", list(OPTIMISERS), 2, key="shapes optimiser")
        settings = Settings(rate, optimiser, 0.0, "gray", False)
        trainer = page.sessions().trainer(page.session_id(), "shapes", "shapes", settings)
        trainer.change(settings)
        training.buttons([trainer])
        training.show_classes(trainer, names)

"""What all demos share: how large letters are, what time it is, and faults in one sentence."""

import base64
import html
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import streamlit as st
from PIL import Image

from ..errors import InputError
from . import charts
from .sessions import Sessions


def presenting() -> bool:
    """Return whether letters are large."""
    return bool(st.session_state.get("presenting", False))


def letters() -> int:
    """Return the size of letters in charts."""
    return charts.LETTERS[presenting()]


def theme() -> str:
    """Return ``"light"`` or ``"dark"``."""
    return st.context.theme.type or "light"


def style() -> None:
    """Make letters large where somebody presents, and use the width of the page."""
    size = "150%" if presenting() else "100%"
    st.html(
        f"<style>html {{ font-size: {size}; }}"
        ".stMainBlockContainer { padding: 4rem clamp(1rem, 3vw, 3rem) 2rem; }"
        "h1 { font-size: 2rem !important; padding: 0 !important; }"
        ".st-key-tools { row-gap: 0; }"
        "figure.galaxy { margin: 0; } figure.galaxy img { width: 100%; border-radius: 0.5rem;"
        " image-rendering: pixelated; }"
        "figure.galaxy figcaption { opacity: 0.75; font-size: 0.875rem; }"
        "textarea { font-family: monospace !important; }"
        '[data-testid="stStatusWidget"] { display: none; }'  # it would blink with every update
        '[data-stale="true"] { opacity: 1 !important; }'  # nothing fades while it is renewed
        "</style>"
    )


def header(title: str, purpose: str, minutes: int) -> None:
    """Show what a demo is called, what it shows, and how much of its time is left."""
    words, watch = st.columns([4, 1], vertical_alignment="bottom")
    words.title(title, anchor=False)
    st.markdown(purpose)
    opened = st.session_state.setdefault("opened", {})
    began = opened.setdefault(title, time.monotonic())

    @st.fragment(run_every=15)
    def clock() -> None:
        spent = (time.monotonic() - began) / 60
        elapsed = f"{spent:.0f} of about {minutes} minutes"
        st.progress(min(spent / minutes, 1.0), text=elapsed)

    with watch:
        clock()


def picture(colours: np.ndarray, caption: str) -> None:
    """Show an image of bytes (H, W, 3 or 4), as wide as there is room, its pixels as squares.

    It travels inside the page: an image of its own would be fetched, and blink.
    """
    file = io.BytesIO()
    Image.fromarray(colours).save(file, "PNG", compress_level=1)
    data = base64.b64encode(file.getvalue()).decode()
    words = html.escape(caption)
    st.html(
        f'<figure class="galaxy"><img alt="{words}" src="data:image/png;base64,{data}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


@contextmanager
def sentences() -> Iterator[None]:
    """Show a user's mistake as one sentence and nothing else."""
    try:
        yield
    except InputError as error:
        st.error(str(error))


@st.cache_resource(show_spinner=False)
def sessions() -> Sessions:
    """Return the trainers of all pages of this server."""
    from streamlit import runtime

    return Sessions(runtime.get_instance().is_active_session)


def session_id() -> str:
    """Return the name of this page's session."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    return context.session_id if context else "none"

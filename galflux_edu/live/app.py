"""The page of ``galflux live``; Streamlit runs this file from top to bottom at every change."""

import numpy as np
import streamlit as st
from PIL import Image

# Streamlit runs this file as a script, which has no package to import from relatively.
from galflux_edu.live import page
from galflux_edu.live.demos import DEMOS
from galflux_edu.plots import asinh_colours

rows, columns = np.mgrid[-8:8, -8:8] + 0.5
icon = asinh_colours(np.exp(-np.hypot(rows + columns / 2, columns) / 2), 0.02, 1)
st.set_page_config(page_title="galflux live", page_icon=Image.fromarray(icon), layout="wide")
page.style()
chosen = st.navigation([st.Page(demo.show, **demo.PAGE) for demo in DEMOS], position="top")
with st.container(horizontal=True, horizontal_alignment="distribute", key="tools"):
    st.toggle(
        "Presentation: large type",
        key="presenting",
        help="To be read from the back row. Light or dark: in the menu at the top right.",
    )
    st.caption("space: start, pause · →: one step · keys work outside of text boxes")
chosen.run()

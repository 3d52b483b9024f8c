"""Where is the edge?  Three optimisers descend the same valley, at three different rates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from ...measure.landscape import Landscape, descend, make_landscape
from ...plots import asinh_colours, contours
from ...train import OPTIMISERS
from .. import charts, page

PAGE = {"title": "Where is the edge?", "icon": ":material/landscape:", "url_path": "edge"}
STEPS = 300
FLUX_ADU, RADIUS_ARCSEC = 4000.0, 1.0
LIMITS = {"flux": (400.0, 40000.0), "radius": (0.2, 8.0)}
RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0]
BEGIN = {"SGD": 1e-2, "Momentum": 3e-3, "Adam": 3e-2}


@dataclass(frozen=True)
class Scene:
    """A galaxy and a place to start from; one a lecture can choose."""

    sersic_n: float
    sky_sigma_adu: float
    start: tuple[float, float]


def show() -> None:
    """Draw the page."""
    page.header(
        "Where is the edge?",
        "A galaxy has none: its light fades into the sky. So flux and radius are hard to tell "
        "apart, and the misfit is a curved valley. Who is first at its lowest point?",
        minutes=6,
    )
    left, right = st.columns([1, 3], gap="large")
    with left:
        scene, logarithmic, rates = _controls()
    landscape = _landscape(scene.sersic_n, scene.sky_sigma_adu)
    paths = {
        name: descend(
            landscape, OPTIMISERS[name](rate), scene.start, STEPS, logarithmic=logarithmic
        )
        for name, rate in rates.items()
    }
    with right:
        _buttons()
        _walk(scene, landscape, paths)


def _controls() -> tuple[Scene, bool, dict[str, float]]:
    sersic_n = st.slider("Sersic index", 0.5, 6.0, 2.5, 0.5, key="edge n")
    skies = [0.1, 0.3, 1.0, 3.0]
    sky = st.select_slider("Sky noise [ADU per pixel]", skies, 3.0, key="edge sky")
    words = {True: "log flux, log radius", False: "flux in ADU, radius in arcsec"}
    logarithmic = st.radio("Parameters", list(words), format_func=words.get, key="edge parameters")
    label = "Learning rate of {}"
    rates = {
        name: st.select_slider(
            label.format(name), RATES, rate, format_func="{:g}".format, key=f"edge {name}"
        )
        for name, rate in BEGIN.items()
    }
    fluxes = [800.0, 2000.0, 8000.0, 20000.0]
    flux = st.select_slider("Start: flux [ADU]", fluxes, 20000.0, format_func="{:g}".format)
    radius = st.select_slider('Start: radius ["]', [0.3, 0.6, 2.0, 4.0], 4.0)
    return Scene(sersic_n, sky, (flux, radius)), bool(logarithmic), rates


@st.cache_resource(max_entries=32, show_spinner=False)
def _landscape(sersic_n: float, sky_sigma_adu: float) -> Landscape:
    return make_landscape(FLUX_ADU, RADIUS_ARCSEC, sersic_n, sky_sigma_adu, seed=0)


def _buttons() -> None:
    state = st.session_state
    state.setdefault("walked", 0)
    go, one, again = st.columns(3)
    walking = state.get("walking", False)
    if go.button("Pause" if walking else "Walk", shortcut="Space", type="primary", width="stretch"):
        state["walking"] = not walking
        st.rerun()
    if one.button("One step", shortcut="Right", width="stretch"):
        state["walking"], state["walked"] = False, min(state["walked"] + 1, STEPS)
        st.rerun()
    if again.button("Restart", shortcut="Shift+Left", width="stretch"):
        state["walking"], state["walked"] = False, 0
        st.rerun()


def _walk(scene: Scene, landscape: Landscape, paths: dict[str, np.ndarray]) -> None:
    lines = _contours(scene.sersic_n, scene.sky_sigma_adu)

    @st.fragment(run_every=0.3 if st.session_state.get("walking") else None)
    def draw() -> None:
        state = st.session_state
        if state.get("walking"):
            state["walked"] += 1 + state["walked"] // 10  # the first steps one by one
            if state["walked"] >= STEPS:
                state["walking"], state["walked"] = False, STEPS
                st.rerun()
        walked = state["walked"]
        st.markdown(f"**Step {walked}**")
        spec = charts.landscape_chart(LIMITS, list(paths), page.theme(), page.letters())
        data = pd.concat([lines, charts.path_data(paths, walked)])
        st.vega_lite_chart(data, spec, theme=None, width="stretch", key="landscape")
        st.table([_row(landscape, name, path, walked) for name, path in paths.items()])
        _pictures(scene, landscape, paths["Adam"][: walked + 1][-1])

    draw()


def _row(landscape: Landscape, name: str, path: np.ndarray, walked: int) -> dict[str, str]:
    flux, radius = path[: walked + 1][-1]
    left = walked >= len(path)
    return {
        "optimiser": name,
        "flux [ADU]": f"{flux:,.0f}",
        'radius ["]': f"{radius:.3f}",
        "misfit per pixel": f"{landscape.misfit(flux, radius):.4g}",
        "": f"left the landscape in step {len(path)}: too long a step" if left else "",
    }


def _pictures(scene: Scene, landscape: Landscape, point: np.ndarray) -> None:
    model = point[0] * landscape.template(point[1])
    brightest = float(np.percentile(landscape.picture, 99.9))
    panels = {
        "the picture": landscape.picture,
        "where Adam is now": model,
        "residual": landscape.picture - model,
    }
    for column, (words, image) in zip(st.columns(3), panels.items(), strict=True):
        with column:
            page.picture(asinh_colours(image, scene.sky_sigma_adu, brightest), words)


@st.cache_data(max_entries=32, show_spinner=False)
def _contours(sersic_n: float, sky_sigma_adu: float) -> pd.DataFrame:
    """Return lines of equal misfit: each is twice as high above the lowest point as the last."""
    landscape = _landscape(sersic_n, sky_sigma_adu)
    flux, radius = (np.geomspace(*LIMITS[name], 80) for name in ("flux", "radius"))
    misfit = landscape.misfit(flux[None, :], radius[:, None])
    lowest = float(misfit.min())
    levels = lowest + 0.002 * 3.0 ** np.arange(14)
    return charts.contour_data(contours(np.log10(flux), np.log10(radius), misfit, levels))

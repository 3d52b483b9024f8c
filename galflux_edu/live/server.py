"""Serve the page: on this computer only, unless asked otherwise, and without the network."""

import gc
from pathlib import Path
from typing import Any

from ..plots.style import COLOURS, PAPER

LARGEST_UPLOAD_MB = 4
LOOPBACK, ALL_INTERFACES = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only when somebody asks for it


def streamlit_options(port: int, public: bool, browser: bool) -> dict[str, Any]:
    """Return how Streamlit shall serve."""
    return {
        "server.address": ALL_INTERFACES if public else LOOPBACK,
        "server.port": port,
        "server.headless": not browser,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": LARGEST_UPLOAD_MB,
        # What was sent before is sent again, not named. Of a run whose messages are dropped because
        # the next one has begun, Streamlit keeps the names, and a page breaks over the lost rest.
        "global.minCachedMessageSize": 1e12,
        "browser.gatherUsageStats": False,  # nothing leaves this computer
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "viewer",
        "theme.light.primaryColor": COLOURS["light"][0],
        "theme.dark.primaryColor": COLOURS["dark"][0],
        "theme.dark.backgroundColor": PAPER["dark"],
        "theme.dark.secondaryBackgroundColor": "#20262d",
    }


def get_ready() -> None:
    """Draw what the demos need, and compile what they draw with, before a visitor waits for it."""
    from tqdm import tqdm

    from ..measure.landscape import make_landscape
    from .galaxy_lab import N_REALISATIONS, Galaxy, bound_dex, measure, observe, take_pictures
    from .tasks import flux_data, shape_data

    def warm_up() -> None:
        take_pictures(Galaxy(), 0)
        measure(observe(Galaxy(), 0, N_REALISATIONS), 3.0)
        bound_dex(Galaxy())
        make_landscape(4000.0, 1.0, 2.5, 3.0, seed=0)

    jobs = (lambda: flux_data(progress=True), shape_data, warm_up)
    for job in tqdm(jobs, desc="getting ready", unit="job"):
        job()
    # Streamlit collects garbage after every redrawing: let it visit new objects only.
    gc.collect()
    gc.freeze()


def serve(port: int, public: bool, browser: bool) -> None:
    """Serve the page until somebody presses Ctrl-C."""
    from streamlit.web import bootstrap

    settings = streamlit_options(port, public, browser)
    bootstrap.load_config_options(settings)
    bootstrap.run(str(Path(__file__).with_name("app.py")), False, [], settings)

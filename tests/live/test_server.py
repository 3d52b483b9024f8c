"""Who may open the page, and what the command prints about it."""

import pytest
from click.testing import CliRunner

from galflux_edu.cli.live import live
from galflux_edu.live import server

WARNING = "--public: everybody who can reach this computer can open the page and use it\n"


@pytest.mark.parametrize(
    ("public", "address", "printed"),
    [(False, "127.0.0.1", ""), (True, "0.0.0.0", WARNING)],  # noqa: S104
)
def test_public_says_what_it_means(monkeypatch, public, address, printed):
    served = []
    monkeypatch.setattr(server, "get_ready", lambda: None)
    monkeypatch.setattr(server, "serve", lambda *settings: served.append(settings))
    result = CliRunner().invoke(live, ["--public"] * public + ["--no-browser"])
    assert (result.output, served) == (printed, [(8501, public, False)])
    assert server.streamlit_options(*served[0])["server.address"] == address


def test_the_help_warns_of_public():
    shown = " ".join(CliRunner().invoke(live, ["--help"]).output.split())
    assert (
        "With --public everybody who can reach this computer over the network can open it" in shown
    )
    assert "without a password" in shown

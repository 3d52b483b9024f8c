"""Who may open the page, and who says so."""

import pytest
from click.testing import CliRunner

from galflux_edu.cli.live import live
from galflux_edu.live import server

SAID = "--public: everybody who can reach this computer can open the page and use it\n"


@pytest.mark.parametrize(
    ("public", "address", "said"),
    [(False, "127.0.0.1", ""), (True, "0.0.0.0", SAID)],  # noqa: S104
)
def test_public_says_what_it_means(monkeypatch, public, address, said):
    served = []
    monkeypatch.setattr(server, "get_ready", lambda: None)
    monkeypatch.setattr(server, "serve", lambda *settings: served.append(settings))
    result = CliRunner().invoke(live, ["--public"] * public + ["--no-browser"])
    assert (result.output, served) == (said, [(8501, public, False)])
    assert server.options(*served[0])["server.address"] == address


def test_the_help_warns_of_public():
    told = " ".join(CliRunner().invoke(live, ["--help"]).output.split())
    assert (
        "With --public everybody who can reach this computer over the network can open it" in told
    )
    assert "without a password" in told

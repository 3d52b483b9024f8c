"""The command that serves the live demos."""

import click

from .options import require_extra


@click.command()
@click.option("--port", default=8501, show_default=True, help="Where the page is served.")
@click.option(
    "--public",
    is_flag=True,
    help="Let other computers of the network open the page too.",
)
@click.option("--browser/--no-browser", default=True, help="Open the page.  [default: browser]")
@click.option(
    "--record",
    "--remake-stored",  # as it was called
    "record",
    is_flag=True,
    help="Serve nothing: train the network and the recorded runs anew, which takes minutes.",
)
@require_extra("pip install 'galflux[live]'")
def live(port: int, public: bool, browser: bool, record: bool) -> None:
    """Serve the demos of the lectures: galaxies that change, networks that learn.

    One page with five demos, which needs no network: build a galaxy, watch it learn, one image at
    a time, where is the edge, the autograder open. Space starts and pauses, the right arrow takes
    one step. Ctrl-C ends it, and with it every training.

    The page is for this computer only (127.0.0.1). With --public everybody who can reach this
    computer over the network can open it, without a password: they can use its processors, and
    where the course lies here they can run code in the sandbox of the autograder. Uploads are
    limited in size either way, and nobody sees the session of another.

    \b
      galflux live
      galflux live --port 8600 --no-browser
    """
    import streamlit  # noqa: F401 - say now if it is missing

    from ..live import server

    if record:
        from ..live.record import record_all

        record_all()
        return
    server.get_ready()
    if public:
        click.echo("--public: everybody who can reach this computer can open the page and use it")
    server.serve(port, public, browser)

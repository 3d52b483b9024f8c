"""Take pictures of every page of ``galflux live``, light and dark, to be looked at.

Each as wide as a screen (1280 pixels), as a telephone (390) and to be read from the back row
(1280, large letters), networks after some seconds of training. ``--readme`` takes the two pictures
that the README shows instead.
"""

from pathlib import Path
from typing import Any

import click
from PIL import Image

from benchmarks import pages

DOCS = pages.ROOT / "docs"
SCREENS = {"wide": 1280, "phone": 390, "back-row": 1280}
README = {"light": "watch-it-learn", "dark": "build-a-galaxy"}
TALLEST = """() => document.querySelector('[data-testid="stMain"]').scrollHeight"""


def look(browser: Any, address: str, demo: str, screen: str, theme: str) -> Any:
    """Open a demo, do what a lecturer would do first, and return its page."""
    size = {"width": SCREENS[screen], "height": 900}
    page = pages.open_demo(browser, address, demo, viewport=size, color_scheme=theme)
    if screen == "back-row":
        page.get_by_text("Presentation: large type").click()
    match demo:
        case "watch-it-learn" | "one-image":
            pages.start(page)
            pages.wait_for(lambda: pages.step(page) > 500, 120)
        case "edge":
            pages.press(page, "Walk")
        case "autograder":
            pages.press(page, "Grade it")
    page.wait_for_timeout(5_000)  # until it has been drawn
    return page


def whole(page: Any, path: Path) -> None:
    """Write a picture of the whole page, however long it is."""
    size = page.viewport_size
    page.set_viewport_size({**size, "height": max(900, page.evaluate(TALLEST))})
    page.wait_for_timeout(1_500)
    page.screenshot(path=path)


@click.command(help=__doc__)
@click.option("--out", type=click.Path(path_type=Path), default="screenshots", show_default=True)
@click.option("--demo", "demos", type=click.Choice(list(pages.DEMOS)), multiple=True)
@click.option("--readme", is_flag=True, help="Write docs/live-light.png and docs/live-dark.png.")
def main(out: Path, demos: tuple[str, ...], readme: bool) -> None:
    """Take them."""
    with pages.serving() as (address, _), pages.chromium() as browser:
        if readme:
            for theme, demo in README.items():
                path = DOCS / f"live-{theme}.png"
                look(browser, address, demo, "wide", theme).screenshot(path=path)
                Image.open(path).convert("RGB").save(path, optimize=True)
            return
        out.mkdir(parents=True, exist_ok=True)
        for demo in demos or pages.DEMOS:
            for screen in SCREENS:
                for theme in ("light", "dark"):
                    page = look(browser, address, demo, screen, theme)
                    whole(page, out / f"{demo}-{screen}-{theme}.png")
                    page.context.close()
                    click.echo(f"{demo}-{screen}-{theme}.png")


if __name__ == "__main__":
    main()

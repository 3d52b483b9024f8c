"""How the course becomes a website: `galflux course site` builds it, without a network.

Formulas are written as MathML, which browsers draw themselves: no font and no style is loaded.
"""

import os

from sphinx.util import logging

import galflux_edu

project = "galflux"
author = "the galflux developers"
copyright = f"{author}, CC BY 4.0"  # noqa: A001 - Sphinx's own name
release = galflux_edu.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinxcontrib.katex",
]
default_role = "code"
exclude_patterns = ["notebook/*", "**/notebook/*"]  # downloads, no pages
suppress_warnings = ["mystnb.lexer"]

# Lectures run whenever the site is built; exercises have nothing to show before they are solved.
nb_execution_mode = "force"
nb_execution_excludepatterns = ["exercises/*/*"]
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # shapes and units stand in the docstrings
napoleon_google_docstring = False
napoleon_use_rtype = False

katex_css_path = "katex-math.css"
katex_options = "output: 'mathml', throwOnError: false"

html_theme = "sphinx_book_theme"
html_title = "galflux"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_persistent": [],  # one search field, in the sidebar
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_download_button": False,  # each lecture links to itself as a notebook
    "use_fullscreen_button": False,
    "article_header_end": ["toggle-secondary-sidebar.html", "theme-switcher.html"],
}

LONGEST = 20  # seconds that a page may compute


def setup(app):
    """Complain of pages that nobody would wait for."""
    began = {}

    def computed():
        times = os.times()  # of the processor: it does not mind what else the computer does
        return times.children_user + times.children_system

    def begin(app, page, source):
        began[page] = computed()

    def end(app, doctree):
        page = app.env.docname
        seconds = computed() - began[page]
        if seconds > LONGEST:
            logging.getLogger(__name__).warning(
                "a page must compute for at most %d seconds; this one needs %.0f",
                LONGEST,
                seconds,
                location=page,
            )

    app.connect("source-read", begin)
    app.connect("doctree-read", end)

"""Results as other programs read them (JSON), as a terminal shows them, and as a page.

Nothing here draws: a report is given finished pictures, see `galflux_edu.plots`.
"""

from .page import Listing, Picture, Section, html_report
from .rows import Row, rows_to_json
from .tables import Table, text_table

__all__ = [
    "Listing",
    "Picture",
    "Row",
    "Section",
    "Table",
    "html_report",
    "rows_to_json",
    "text_table",
]

"""Read what students hand in: the first thing that nbgrader does with a notebook."""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from traitlets import Bool

from ...notebook import read_submission


class TolerantExporter(NotebookExporter):
    """Read a submitted notebook whatever it is, and a sanitised one as it is.

    nbgrader reads each notebook twice: as it was submitted, and again after the first round of
    preprocessors wrote it to ``autograded/``.
    """

    optimistic_validation = Bool(True)  # once after all preprocessors, not after each

    def from_filename(
        self, filename: str, resources: dict | None = None, **kw: Any
    ) -> tuple[str, dict]:
        """Return the converted notebook; nbgrader calls this."""
        path = Path(filename)
        if getattr(self.parent, "_sanitizing", True):
            notebook = read_submission(path)
        else:
            notebook = nbformat.read(path, as_version=4)
        resources = {} if resources is None else resources
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(notebook, resources, **kw)

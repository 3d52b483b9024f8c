"""What nbgrader keeps of a course: its configuration and its gradebook."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader

from .root import CONFIG


def configuration(root: Path) -> Config:
    """Return what nbgrader_config.py of the course says."""
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


@contextmanager
def open_gradebook(root: Path, config: Config | None = None) -> Iterator[Gradebook]:
    """Open the gradebook of the course; `config` is its `configuration`, where that was read."""
    directory = CourseDirectory(config=config or configuration(root))
    with (
        ignore_sqlalchemy_warnings(),
        Gradebook(directory.db_url, directory.course_id) as gradebook,
    ):
        yield gradebook


@contextmanager
def ignore_sqlalchemy_warnings() -> Iterator[None]:
    """Ignore what SQLAlchemy warns of in nbgrader's own queries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield

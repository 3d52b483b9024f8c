"""A course of one tiny problem set, on disk and built, with the real nbgrader configuration."""

import shutil
from pathlib import Path

import pytest
from classroom import MINI, copy_mini

from galflux_edu.course import build, write


@pytest.fixture(scope="session")
def mini(tmp_path_factory) -> Path:
    """The root of the tiny course; tests leave it as they found it."""
    root = tmp_path_factory.mktemp("course")
    copy_mini(root)
    write(root, MINI, build(root, MINI))
    return root


@pytest.fixture
def copied(mini, tmp_path) -> Path:
    """A copy of the tiny course to do with as one likes."""
    return Path(shutil.copytree(mini, tmp_path / "course"))

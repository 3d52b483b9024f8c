"""A course of one tiny problem set, on disk and built, with the real nbgrader configuration."""

import shutil
from pathlib import Path

import pytest
from classroom import built_mini


@pytest.fixture(scope="session")
def mini() -> Path:
    """The root of the tiny course; tests leave it as they found it."""
    return built_mini()


@pytest.fixture
def copied(mini, tmp_path) -> Path:
    """A copy of the tiny course to do with as one likes."""
    return Path(shutil.copytree(mini, tmp_path / "course"))

"""One marker a problem set: ``pytest -m "ps4 and not long"`` runs what belongs to that set."""

from pathlib import Path


def pytest_configure(config):
    """Register ``ps4`` for ``course/ps4_convolution``, and so on."""
    for exercise in sorted((Path(__file__).parent / "course").glob("ps*/exercise.py")):
        name = exercise.parent.name
        config.addinivalue_line("markers", f"{name.partition('_')[0]}: problem set {name} alone")

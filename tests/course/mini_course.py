"""Where the tiny course and the real one are."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MINI = "ps0_mini"

"""Draw the expected picture of this set anew: ``python course/ps4_convolution/pictures.py``."""

import io
import runpy
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
EXPECTED = HERE / "assets" / "expected_edges_and_blobs.jpg"


def draw() -> Image.Image:
    """Run the exercise, solution included, and return what its last picture shows."""
    notebook = runpy.run_path(str(HERE / "exercise.py"))
    png = notebook["what_they_see"](notebook["galaxy"], notebook["filters"])
    return Image.open(io.BytesIO(png)).convert("RGB")


if __name__ == "__main__":
    draw().save(EXPECTED, quality=90)

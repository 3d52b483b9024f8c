"""Show HTML, JavaScript, SVG and LaTeX with a script in them to whoever opens the graded notebook."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
LEAK = "<script>fetch("
CODE = """\
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

SCRIPT = "<script>fetch('/formgrader/' + 'stolen')</script>"
display(HTML(SCRIPT), Markdown(SCRIPT), Latex(SCRIPT), Javascript("fetch('/stolen')"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"))
display({"text/html": SCRIPT, "application/javascript": "1", "text/plain": "harmless"}, raw=True)
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)

"""Name output files `../../` in the metadata of outputs and attachments, for whoever extracts them."""

from ._tools import KEPT, PARAMETERS, RELU, edited, find, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
from IPython.display import display

name = "../../../was-here.txt"
display({"text/plain": "x"}, raw=True, metadata={"filenames": {"text/plain": name}})
try:
    open(name, "w").close()
except OSError:
    pass
"""


def submission(released):
    def edit(notebook):
        name = "../../../was-here.txt"
        notebook["metadata"].update(name=name, title=name, path=name)
        cell = notebook["cells"][0]
        cell["metadata"].update(filename=name, filenames={"image/png": name}, name=name)
        cell["attachments"] = {name: {"text/plain": "d2FzIGhlcmU="}}
        find(notebook, "output_shape_code")["metadata"]["filenames"] = {"text/plain": name}

    return edited(
        hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS), edit
    )

"""Put links that run a script into a written answer and into text of one's own."""

from ._tools import RELU, code, edited, find, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"
LEAK = 'href="javascript:'
LINKS = """\
[the figure](javascript:fetch(1)) and [another](<javascript:fetch(1)>) and [one more][x]

<javascript:fetch(1)>  ![](javascript:fetch(1))

[x]: javascript:fetch(1)
"""


def submission(released):
    def edit(notebook):
        find(notebook, "what_went_wrong")["source"] = LINKS
        text = {**code(LINKS, "links"), "cell_type": "markdown"}
        del text["outputs"], text["execution_count"]
        notebook["cells"].append(text)

    return edited(hand_in(released, relu_forward=RELU), edit)

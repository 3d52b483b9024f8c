"""Hand in a notebook whose cells are of every type but the right one."""

from ._tools import edited, find, hand_in, tests

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        cells = notebook["cells"]
        for cell in tests(notebook):
            cell["metadata"] = [cell["metadata"]]
        find(notebook, "relu_forward_code")["source"] = [1, None, {"a": "b"}]
        cells[0]["source"] = None
        cells[0]["cell_type"] = ["code"]
        notebook["cells"] = [*cells, None, 7, "cell", [], {}, {"cell_type": "code"}, {"source": 3}]
        notebook["metadata"] = "none"

    return edited(hand_in(released), edit)

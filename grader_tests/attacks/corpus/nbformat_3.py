"""Hand in a notebook of the old format 3."""

import json

from ._tools import dumps, hand_in, source

EXPECTED = {}
STOCK = "fails"


def submission(released):
    cells = [
        {
            "cell_type": "code",
            "language": "python",
            "input": source(cell),
            "outputs": [],
            "metadata": cell["metadata"],
            "collapsed": False,
            "prompt_number": 1,
        }
        for cell in json.loads(hand_in(released))["cells"]
        if cell["cell_type"] == "code"
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
    return dumps({**old, "worksheets": [{"cells": cells, "metadata": {}}]})

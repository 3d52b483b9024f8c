"""Hand in source that is nested and chained so deep that whoever parses it runs out of stack."""

from ._tools import KEPT, PARAMETERS, RELU, code, edited, hand_in

EXPECTED = KEPT
STOCK = "fails"
SOURCES = (
    "-" * 100_000 + "1",
    "1" + "+1" * 100_000,
    "a" + ".b" * 100_000,
    "lambda:" * 30_000 + "1",
    "(" * 10_000 + ")" * 10_000,
    "if 1: pass\n" + "elif 1: pass\n" * 10_000,
)


def submission(released):
    def edit(notebook):
        notebook["cells"] += [code(source, f"deep-{i}") for i, source in enumerate(SOURCES)]

    return edited(hand_in(released, relu_forward=RELU, count_parameters=PARAMETERS), edit)

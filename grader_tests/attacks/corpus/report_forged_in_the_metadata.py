"""Write a report with full points, and a cache entry, into the metadata of the notebook and of its cells."""

from ._tools import edited, hand_in, tests

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        report = {
            "score": 90,
            "points": 90,
            "isolation": "bubblewrap",
            "outputs": ["90"],
            "ok": True,
        }
        notebook["metadata"].update(galflux=report, nbgrader=report, execution=report)
        for cell in tests(notebook):
            cell["metadata"].update(galflux=report, score=5.0)
            cell["metadata"]["nbgrader"].update(score=5.0, auto_score=5.0, manual_score=5.0)

    return edited(hand_in(released), edit)

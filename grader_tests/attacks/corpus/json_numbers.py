"""Hand in JSON with numbers of ten thousand digits, NaN and infinity where whole numbers belong."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"


def submission(released):
    text = hand_in(released).decode()
    huge = "9" * 10_000
    text = text.replace('"nbformat": 4', f'"nbformat": 4, "size": {huge}', 1)
    return (
        text.replace('"points": 5', '"points": NaN')
        .replace('"points": 4', '"points": 1e999')
        .encode()
    )

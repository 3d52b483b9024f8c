"""Hand in 60 MB of empty lists, which take gigabytes of memory when they are read."""

from ._tools import dumps

EXPECTED = {}
STOCK = "unsafe: it could fill the memory of the machine"


def submission(released):
    text = dumps({**released, "metadata": {"bomb": "HERE"}})
    return text.replace(b'"HERE"', b"[" + b"[]," * (20 * 2**20) + b"[]]")

"""Hand in a notebook without cells."""

from ._tools import dumps

EXPECTED = {}
STOCK = "fails"


def submission(released):
    return dumps({**released, "cells": []})

"""The input pipeline: batches are read ahead, in order, once each, and never as a whole."""

import threading

import numpy as np
import pytest

from galflux_edu.train.batches import prefetch


class Column:
    """Remember who read what."""

    def __init__(self):
        self.read = []

    def __len__(self):
        return 9

    def __getitem__(self, rows):
        self.read.append((threading.get_ident(), rows.tolist()))
        if 8 in rows:
            raise OSError("the disk is gone")
        return np.asarray(rows, np.float64)


def test_the_next_batch_is_read_while_the_last_is_used():
    column = Column()
    batches = [np.array([3, 1]), np.array([0]), np.array([2])]
    seen = []
    for (rows,) in prefetch(batches, (column,), "numpy", "float32"):
        seen.append(rows.tolist())
        # No more than one batch waits: memory stays small.
        assert len(column.read) <= len(seen) + 1
    assert seen == [[3.0, 1.0], [0.0], [2.0]]
    assert [rows for _, rows in column.read] == [[3, 1], [0], [2]]
    assert threading.get_ident() not in {reader for reader, _ in column.read}


def test_reading_stops_with_the_reader():
    column, before = Column(), threading.active_count()
    batches = prefetch((np.array([i]) for i in range(8)), (column,), "numpy", "float32")
    next(batches)
    batches.close()
    assert len(column.read) == 2
    assert threading.active_count() == before


def test_a_fault_in_reading_reaches_the_caller():
    batches = prefetch([np.array([1]), np.array([8])], (Column(),), "numpy", "float32")
    next(batches)
    with pytest.raises(OSError, match=r"^the disk is gone$"):
        next(batches)


def test_nothing_gives_nothing():
    assert list(prefetch([], (Column(),), "numpy", "float32")) == []

"""How long a submission may take, on a machine that has other things to do as well."""

import os
import sys
import threading

import pytest

from galflux_edu.grading.sandbox import watchdog
from galflux_edu.grading.sandbox.proc import waits_of
from galflux_edu.grading.sandbox.watchdog import Clock


@pytest.mark.parametrize(
    ("took", "waited", "late"),
    [
        (0.9, [0.0], False),
        (1.1, [0.0], True),
        (1.5, [0.6], False),  # it had a processor for less than its second
        (1.5, [0.4], True),
        (1.5, [0.1, 0.6, 0.2], False),  # whichever thread is the one that works
        (3.9, [9.0], False),
        (4.1, [9.0], True),  # nobody waits for ever
    ],
)
def test_waiting_for_a_processor_is_not_held_against_anybody(took, waited, late, monkeypatch):
    now, waits = [100.0], {"1": 5.0}
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(watchdog, "waits_of", lambda pid: waits)
    clock = Clock(1, 1.0)
    assert not clock.is_late()
    now[0] += took
    waits = {"1": 5.0 + waited[0]} | {str(i): each for i, each in enumerate(waited[1:], 2)}
    assert clock.is_late() is late


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_waits_are_told_by_thread():
    waits = waits_of(os.getpid())
    assert waits[str(threading.get_native_id())] >= 0.0
    assert len(waits) >= threading.active_count()


def test_a_process_that_is_gone_has_not_waited():
    assert waits_of(2**30) == {}

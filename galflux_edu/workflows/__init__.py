"""Whole pieces of work that the commands run, one folder a project: data, training, a report.

``flux`` is the main job in verbs (train, evaluate, predict, quickstart), ``galaxy10`` tells shapes
apart with the network of a lecture, ``phys378`` repeats a published student project. All share
``report`` (what is written) and ``stages`` (long runs that go on after a stop).
"""

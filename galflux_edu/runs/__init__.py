"""The main job in four verbs: simulate a survey, train on it, evaluate, write it all down.

A *run* is a folder: ``model.npz``, ``training.npz`` (to go on from after an interruption),
``history.json``, ``metrics.json``, ``report.html`` and ``figures/``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "classify": ["classify"],
        "evaluate": ["Estimate", "Evaluation", "evaluate"],
        "jobs": ["evaluate_run", "predict_files", "quickstart", "train"],
        "report": ["Told", "write_report"],
        "simulate": ["simulate", "simulate_in_memory", "survey_from_facts"],
    },
)

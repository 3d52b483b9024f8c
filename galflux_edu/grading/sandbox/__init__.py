"""Run students' notebooks where they can reach nothing: bubblewrap, limits, plain data."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bubblewrap": ["visible_rooms"],
        "isolation": ["isolation_problem", "probe"],
        "limits": ["Limits"],
        "interpreter": ["Cell", "CellResult"],
        "session": ["Session"],
        "verify": ["IsolationError"],
    },
)

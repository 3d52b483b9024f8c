"""What a student's install needs to run a notebook as the grader does.

``read_submission`` reads any file, ``merge_with_release`` restores what a student may not change,
``shell`` is the one IPython shell that runs cells, here and in the grader's sandbox, and ``check``
runs the visible tests.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

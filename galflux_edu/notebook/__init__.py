"""What a student's install needs to run a notebook as the grader does.

``read_submission`` reads any file, ``merge_with_release`` restores what a student may not change,
``shell`` is the one IPython shell that runs cells, here and in the grader's sandbox, and ``check``
runs the visible tests.
"""

import sys

import lazy_loader

# jsonschema, which nbformat imports, would build a grammar of internationalised addresses: two
# seconds in each process that reads a notebook, for a format that notebooks do not use.
sys.modules.setdefault("rfc3987_syntax", None)

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

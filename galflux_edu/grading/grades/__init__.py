"""What an instructor does with the grades of a class: read them, export them, doubt them.

Nothing here gives a grade. `book` reads nbgrader's gradebook, `export` writes it for Canvas, Moodle
and spreadsheets, `regrade_preview` says which grades a new grading would change,
`similarity` which answers look alike, and `class_report` how the class did.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What an instructor does with the marks of a class: read them, export them, doubt them.

Nothing here gives a mark. `book` reads nbgrader's gradebook, `export` writes it for Canvas, Moodle
and spreadsheets, `difference` says which marks a new grading would change, `alike` and
`similarity` which answers look alike, and `class_report` how the class did.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "alike": ["Alike", "Pair", "compare_answers"],
        "book": ["Book", "Mark", "Person", "read_book"],
        "class_report": ["write_class_report"],
        "difference": ["Change", "Difference", "differences"],
        "export": ["CanvasExporter", "GradesExporter", "MoodleExporter", "SpreadsheetExporter"],
        "similarity": ["write_similarity"],
    },
)

"""What an instructor does with the grades of a class: read them, export them, doubt them.

Nothing here gives a grade. `book` reads nbgrader's gradebook, `export` writes it for Canvas, Moodle
and spreadsheets, `regrade_preview` says which grades a new grading would change,
`similarity` which answers look alike, and `class_report` how the class did.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "similarity": ["Pair", "SimilarityResult", "compare_answers"],
        "book": ["Book", "Grade", "Person", "read_book"],
        "class_report": ["write_class_report"],
        "regrade_preview": ["Change", "RegradePreview", "preview_regrade"],
        "export": ["CanvasExporter", "GradesExporter", "MoodleExporter", "SpreadsheetExporter"],
        "similarity_page": ["write_similarity"],
    },
)

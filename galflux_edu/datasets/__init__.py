"""Galaxies on disk: the only rooms that read and write files.

A dataset is a folder with ``catalogue.csv`` (one row a galaxy), ``images/`` (one 16-bit PNG or
FITS file a galaxy) and ``survey.json`` (how it was made). `write_dataset` makes one,
`open_dataset` opens one, `stratified_split` divides it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "catalogue": [
            "COLUMNS",
            "check_catalogue",
            "generate_catalogue",
            "read_catalogue",
            "write_catalogue",
        ],
        "dataset": ["Dataset", "open_dataset", "to_adu", "write_dataset"],
        "fits": ["read_fits_image", "write_fits_image"],
        "images": ["fit_to_size", "quantise", "read_image", "write_image"],
        "sources": ["LabelledImages", "read_labelled_images", "read_tensors"],
        "split": ["batches", "stratified_split"],
    },
)

"""Checkpoints: named arrays and a JSON sentence about them in one ``.npz`` file.

The file is an ordinary zip of ``.npy`` arrays. It holds no pickle, so opening a stranger's
checkpoint runs no code.
"""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ..engine import Tree, flatten, to_numpy, unflatten
from ..errors import InputError
from ..files import replacing

_METADATA = "metadata"  # where the JSON text lies among the arrays


def save_checkpoint(path: Path | str, tree: Tree, metadata: dict[str, Any]) -> None:
    """Write nested dicts of arrays and `metadata` to `path`, whole or not at all.

    Parameters
    ----------
    path
        The file, by custom ``.npz``; an older one is replaced in one instant.
    tree
        Arrays of any engine. Names are joined with a slash: ``params/0_dense/weight``.
    metadata
        Anything that JSON can write.
    """
    arrays = to_numpy(flatten(tree))
    arrays[_METADATA] = np.asarray(json.dumps(metadata))
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def load_checkpoint(path: Path | str) -> tuple[Tree, dict[str, Any]]:
    """Return what `save_checkpoint` wrote: the tree, of NumPy arrays, and the metadata.

    Raises
    ------
    InputError
        If there is no such file, or it is cut short, or it is not a checkpoint.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: needed a checkpoint file; got no such file")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        metadata = json.loads(str(arrays.pop(_METADATA)))
    # The ways in which a file can fail to be a zip of arrays.
    except (EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error):
        raise InputError(
            f"{path}: needed a whole checkpoint file; got a damaged or other file"
        ) from None
    return unflatten(arrays), metadata


def require_same_shapes(expected: Tree, tree: Tree, where: str) -> None:
    """Check that `tree` holds arrays of the names and shapes of `expected`.

    Parameters
    ----------
    expected, tree
        Nested dicts of arrays, such as freshly drawn parameters and those of a checkpoint.
    where
        Begins the sentence of the error, by custom the name of the file.

    Raises
    ------
    InputError
        If a name or a shape differs: the checkpoint of another architecture.
    """
    needed, got = ({n: a.shape for n, a in flatten(t).items()} for t in (expected, tree))
    for name in [*needed, *got]:
        if needed.get(name) != got.get(name):
            needs, has = (shapes.get(name, "none") for shapes in (needed, got))
            raise InputError(
                f"{where}: needed the weights of the same architecture, {name} of shape {needs}; "
                f"got {has}"
            )

"""Write files so that nothing is ever half there: to a temporary name, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import InputError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the operating system's refusal to write `path` into one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{path}: needed room and permission to write; got '{reason}'") from error


@contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yield a temporary name beside `path` and rename it to `path` when the block succeeds.

    If the block fails, `path` is as it was and the temporary file is gone.

    Raises
    ------
    InputError
        If the operating system refuses to write: no room, no permission.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path | str, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield an empty folder that becomes `path` when the block succeeds.

    If the block fails, `path` is as it was and the temporary folder is gone.

    Raises
    ------
    InputError
        If `path` already holds something and `overwrite` is False, or if the operating system
        refuses to write: no room, no permission.
    """
    path = Path(path)
    with writing(path):
        if path.exists() and not overwrite and (not path.is_dir() or any(path.iterdir())):
            raise InputError(
                f"{path}: needed a new or empty folder; got one that holds files already"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(
            tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        )
        try:
            yield temporary
            temporary.chmod(0o755)
            if path.is_dir():
                shutil.rmtree(path)
            temporary.replace(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

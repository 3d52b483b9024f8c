import re
from pathlib import Path

import pytest

from galflux_edu.errors import InputError
from galflux_edu.files import new_folder, replacing


def write_and_fail(opened, name=""):
    with opened as temporary:
        (temporary / name).write_text("new")
        raise KeyError


def test_a_file_is_replaced_when_it_is_complete(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    for text in ("one", "two"):
        with replacing(path) as temporary:
            temporary.write_text(text)
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_fails_is_as_it_was(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyError):
        write_and_fail(replacing(path))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def write_to_full_device(path):
    with replacing(path) as temporary:
        temporary.symlink_to("/dev/full")
        temporary.write_text("x")


def test_a_full_device_is_one_sentence(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    message = (
        f"{tmp_path / 'a'}: needed room and permission to write; got 'No space left on device'"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        write_to_full_device(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "deep" / "new"
    with new_folder(path) as partial:
        (partial / "a").write_text("one")
        assert not path.exists()
    assert (path / "a").read_text() == "one"
    with new_folder(path, overwrite=True) as partial:
        (partial / "b").write_text("two")
    assert [p.name for p in path.iterdir()] == ["b"]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_folder_is_not_overwritten_unasked(tmp_path, kind):
    path = tmp_path / "old"
    if kind == "folder":
        path.mkdir()
        (path / "a").write_text("one")
    else:
        path.write_text("one")
    message = f"{path}: needed a new or empty folder; got one that holds files already"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"), new_folder(path):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_folder_may_be_used(tmp_path):
    path = tmp_path / "empty"
    path.mkdir()
    with new_folder(path) as partial:
        (partial / "a").write_text("one")
    assert (path / "a").read_text() == "one"


def test_a_folder_that_fails_is_as_it_was(tmp_path):
    path = tmp_path / "old"
    path.mkdir()
    (path / "a").write_text("one")
    with pytest.raises(KeyError):
        write_and_fail(new_folder(path, overwrite=True), "b")
    assert [p.name for p in path.iterdir()] == ["a"]
    assert list(tmp_path.iterdir()) == [path]

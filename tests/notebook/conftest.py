"""The tiny course, built."""

from mini_course import copied, mini  # noqa: F401 - fixtures

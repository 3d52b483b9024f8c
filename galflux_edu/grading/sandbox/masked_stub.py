"""Stand in for a module that holds the answers to the problem set being graded."""

raise ImportError(
    f"{__name__} is not available while this problem set is graded: it is what you are asked to "
    "write"
)

"""Stand in for a module that holds the answers to the problem set being marked."""

raise ImportError(
    f"{__name__} is not available while this problem set is marked: it is what you are asked to "
    "write"
)

"""The reference."""


def double(x):
    return x + x


def halve(x):
    return x / 2

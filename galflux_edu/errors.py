"""The one exception that says: the input is at fault, not the code."""


class InputError(ValueError):
    """Report a mistake in what the user gave, in one sentence.

    The message reads *where: what was needed; what was got*. Commands print it and exit with
    code 2; no traceback is shown.
    """

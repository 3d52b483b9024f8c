"""Results as other programs read them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

PROTOCOLS = ("published", "honest", "ablation")


@dataclass(frozen=True)
class Row:
    """Hold one number and everything needed to know what it means.

    Parameters
    ----------
    system
        Whose task it is, e.g. ``"A"``.
    protocol
        ``"published"`` (as the source did it), ``"honest"`` (the test set is touched once, at
        the end) or ``"ablation"`` (one thing changed).
    model
        What made the prediction, e.g. ``"pixel-sum"`` or ``"flux-cnn"``.
    metric
        What was measured, with its unit, e.g. ``"mse_dex2"``.
    ours
        The number, finite.
    published
        The number the source printed; None where it printed none.

    Raises
    ------
    ValueError
        If the protocol is unknown or a number is not finite.
    """

    system: str
    protocol: str
    model: str
    metric: str
    ours: float | int
    published: float | int | None = None

    def __post_init__(self) -> None:
        if self.protocol not in PROTOCOLS:
            raise ValueError(
                f"Row.protocol: needed one of {', '.join(PROTOCOLS)}; got {self.protocol!r}"
            )
        for name in ("ours", "published"):
            number = getattr(self, name)
            if number is not None and not math.isfinite(number):
                raise ValueError(
                    f"Row.{name}: needed a finite number for {self.metric} of {self.model}; "
                    f"got {number}"
                )


def rows_to_json(rows: Sequence[Row], command: str, seed: int, seconds: float | int) -> dict:
    """Return the object that ``--json`` prints: the rows and what it takes to get them again.

    Parameters
    ----------
    rows
        The results.
    command
        The exact command line that made them.
    seed
        The seed of all random numbers.
    seconds
        How long it took.

    Returns
    -------
    dict
        ``{"rows": [{"system", "protocol", "model", "metric", "ours", "published"}], "command",
        "seed", "seconds"}``, ready for `json.dumps`; ``published`` is absent where nothing was
        published, and nothing is null.

    Raises
    ------
    ValueError
        If `seconds` is not finite.

    Examples
    --------
    >>> row = Row("A", "honest", "pixel-sum", "mse_dex2", 1.7e-4)
    >>> report = rows_to_json([row], "galflux quickstart --seed 1", seed=1, seconds=80)
    >>> sorted(report["rows"][0])
    ['metric', 'model', 'ours', 'protocol', 'system']
    """
    if not math.isfinite(seconds):
        raise ValueError(f"rows_to_json: needed finite seconds; got {seconds}")
    return {
        "rows": [
            {
                name: value if isinstance(value, str) else float(value)
                for name, value in vars(row).items()
                if value is not None
            }
            for row in rows
        ],
        "command": command,
        "seed": int(seed),
        "seconds": float(seconds),
    }

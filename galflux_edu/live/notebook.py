"""The same view inside a notebook: a callback for `train.fit` that redraws in place."""

import sys
import time
from typing import Any

import numpy as np
from tqdm import tqdm

from ..engine import to_numpy
from ..train import Event, predict


class TrainingView:
    """Show how a network learns while `train.fit` trains it.

    In JupyterLab and VS Code one picture is redrawn in place: the losses, and with `validation`
    the predictions against the true values. In a terminal it is a progress bar.

    Parameters
    ----------
    model, validation, prepare
        What `fit` was given, to ask the network now and then; without a model only losses show.
    loss_label
        Name and unit of the loss.
    seconds
        Least time between two pictures; drawing takes at most a fifth of the time in any case.

    Examples
    --------
    >>> from galflux_edu.nn import Dense
    >>> from galflux_edu.train import fit
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> view = TrainingView()
    >>> line = fit(Dense(1), (x, 3 * x), epochs=2, progress=False, callbacks=[view])
    >>> view.close()
    >>> view.redrawn > 0
    True
    """

    def __init__(
        self,
        model: Any = None,
        validation: tuple[Any, Any] | None = None,
        *,
        prepare: Any = None,
        loss_label: str = "loss",
        seconds: float | int = 0.5,
    ):
        self._model, self._validation, self._prepare = model, validation, prepare
        self._label, self._seconds = loss_label, seconds
        self._next = 0.0
        self._bar: tqdm | None = None
        self._handle: Any = None
        self._waiting: Event | None = None
        self.redrawn = 0

    def __call__(self, event: Event) -> None:
        """Draw, if it is time; never stops the training."""
        now = time.monotonic()
        self._waiting = event
        if now < self._next:
            return
        self.draw(event)
        spent = time.monotonic() - now
        self._next = now + max(self._seconds, 5 * spent)

    def draw(self, event: Event) -> None:
        """Draw now."""
        if in_notebook():
            self._draw_picture(event)
        else:
            self._move_bar(event)
        self._waiting = None
        self.redrawn += 1

    def close(self) -> None:
        """Draw the end of the training, and leave the line of the bar."""
        if self._waiting:
            self.draw(self._waiting)
        if self._bar is not None:
            self._bar.close()

    def _move_bar(self, event: Event) -> None:
        if self._bar is None:
            self._bar = tqdm(desc="train", unit="step", file=sys.stderr)
        self._bar.update(event.step - self._bar.n)
        losses = {"loss": f"{event.history.step_loss[-1]:.3g}"}
        if event.history.validation_loss:
            losses["validation"] = f"{event.history.validation_loss[-1]:.3g}"
        self._bar.set_postfix(losses)

    def _draw_picture(self, event: Event) -> None:
        from IPython.display import Image, display

        picture = Image(self._picture(event), width=900 if self._model else 450)
        if self._handle is None:
            self._handle = display(picture, display_id=True)
        else:
            self._handle.update(picture)

    def _picture(self, event: Event) -> bytes:
        from ..plots import learning_curve, new_figure, predicted_against_true, theme, to_png

        both = self._model is not None and self._validation is not None
        with theme("light"):
            figure, axes = new_figure(1, 2 if both else 1)
            left, *right = np.ravel(axes)
            learning_curve(left, event.history, loss_label=self._label)
            if both:
                inputs, true = self._validation
                params = to_numpy(event.params)
                predicted = predict(self._model, params, inputs, prepare=self._prepare)
                predicted_against_true(right[0], np.ravel(true), np.ravel(predicted))
            return to_png(figure, dpi=100)


def in_notebook() -> bool:
    """Return whether this runs in the kernel of a notebook, which can show pictures."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return type(shell).__name__ == "ZMQInteractiveShell"

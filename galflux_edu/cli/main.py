"""The command line: ``galflux --help`` is the place to start."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from .. import __version__
from ..errors import InputError
from .check import check
from .classify import classify
from .doctor import doctor
from .flux import evaluate, predict, quickstart, train
from .live import live
from .simulate import simulate

FOR_TEACHERS = {  # commands that are not in the students' wheel, and their modules
    "course": "course",
    "selftest": "selftest",
    "grade": "grade",
    "grades": "grades",
    "reproduce": "reproduce",
}


class _Teach(click.Group):
    """A group whose commands answer a user's mistake with one sentence and exit code 2."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple:
        """Say of a teacher's command in a student's install whom it is for."""
        if args[0] in FOR_TEACHERS and self.get_command(ctx, args[0]) is None:
            raise InputError(
                f"galflux: needed the course's repository for `{args[0]}`, which is for those who "
                "teach; got a student's install"
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            message = str(error)
        except OSError as error:
            if error.filename is None and error.strerror is None:
                raise
            message = f"{error.filename or 'a file'}: {error.strerror}"
        failure = click.ClickException(message)
        failure.exit_code = 2
        raise failure


@click.group(cls=_Teach, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="galflux")
def main() -> None:
    """Measure galaxies with machine learning, everything built from scratch.

    \b
    First steps:
      galflux quickstart                       the whole story in two minutes
      galflux simulate --n 5000 --out sky      draw a survey
      galflux train sky --out runs/first       train a network to predict flux
      galflux evaluate runs/first              how well does it do?
      galflux predict runs/first a.png b.fits  use it
      galflux doctor                           what is installed, what is missing
      galflux check ps4_convolution.ipynb      do your answers pass the visible tests?

    Every command has --help.
    """


for command in (quickstart, simulate, train, evaluate, predict, classify, check, live, doctor):
    main.add_command(command)
for name, module in FOR_TEACHERS.items():
    if find_spec(f"{__package__}.{module}"):
        main.add_command(getattr(import_module(f".{module}", __package__), name))


if __name__ == "__main__":
    main()

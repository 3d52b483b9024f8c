r"""Named misconceptions, each a change of the whole solution notebook, with a sentence and a price.

::

    from galflux_edu.course.mistakes import change, code, mistakes

    relu_forward = mistakes(
        absolute=change(
            "np.maximum(x, 0)", "np.abs(x)", says="this is the absolute value", loses=2
        ),
        step=code("def relu_forward(x):\n    return x > 0", says="yes or no", loses=2),
    )

One source, four readers: the self-test of the grader, the causes that visible tests name, the
page of feedback, and the live demo.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, is_dataclass, replace
from types import ModuleType
from typing import Any

from ..errors import InputError
from ..notebook.cells import is_answer


@dataclass(frozen=True)
class Mistake:
    """One misconception.

    Parameters
    ----------
    edits
        Pairs ``(old, new)``, each of which must fit exactly once in the answer of its question.
    source
        Functions that take the place of those of the same name, instead of edits.
    says
        The sentence that a student reads.
    loses
        The points that the whole notebook loses.
    question, name
        Whose it is, and what it is called.
    """

    edits: tuple[tuple[str, str], ...]
    source: str
    says: str
    loses: int | float
    question: str = ""
    name: str = ""

    @property
    def case(self) -> str:
        """Return the name it has among all mistakes of its set."""
        return f"{self.question}_{self.name}"

    @property
    def answer(self) -> str:
        """Return the name of the answer cell that it changes."""
        return f"{self.question}_code"

    def applied(self, cells: Sequence[Any]) -> list[Any]:
        """Return the cells of the solution with this mistake in them; the others stay as they are.

        Raises
        ------
        InputError
            If an edit does not fit exactly once.
        """
        name = self.answer
        if not any(cell.id == name for cell in cells):
            raise InputError(f"mistakes: needed an answer to {self.question!r}; got none")
        return [
            _with_source(cell, self._edited(cell.source)) if cell.id == name else cell
            for cell in cells
        ]

    def _edited(self, source: str) -> str:
        if self.source:
            return with_functions(source, self.source)
        for old, new in self.edits:
            if source.count(old) != 1:
                raise InputError(
                    f"mistakes: needed {old!r} exactly once in the solution of {self.question!r} "
                    f"for {self.name!r}; got it {source.count(old)} times"
                )
            source = source.replace(old, new)
        return source


def change(old: str, new: str, *more: str, says: str, loses: int | float) -> Mistake:
    """Return a mistake that replaces `old` by `new` in the solution, and so on in pairs."""
    texts = (old, new, *more)
    return Mistake(tuple(zip(texts[::2], texts[1::2], strict=True)), "", says, loses)


def code(source: str, *, says: str, loses: int | float) -> Mistake:
    """Return a mistake that is written out: its functions take the place of the solution's."""
    return Mistake((), source, says, loses)


def mistakes(**named: Mistake) -> dict[str, Mistake]:
    """Return the mistakes of one question by name; the variable they go to names the question."""
    return named


def mistakes_of(module: ModuleType) -> Iterator[Mistake]:
    """Yield every mistake of the module ``grader_tests/<set>/mistakes.py``, in its order."""
    for question, named in vars(module).items():
        if isinstance(named, dict) and all(isinstance(each, Mistake) for each in named.values()):
            for name, each in named.items():
                yield replace(each, question=question, name=name)


def with_functions(source: str, functions: str) -> str:
    """Return `source` with the functions of `functions` in the place of those of the same name.

    What else `functions` holds, imports and helpers, comes in front.
    """
    new = {node.name: node for node in _definitions(functions)}
    old = {node.name: node for node in _definitions(source)}
    lines, fresh = source.split("\n"), functions.strip("\n").split("\n")
    taken: set[int] = set()
    for name, node in sorted(old.items(), key=lambda each: -each[1].lineno):
        if name in new:
            span = _span(new[name])
            lines[node.lineno - 1 : node.end_lineno] = [fresh[i] for i in span]
            taken.update(span)
    rest = [line for i, line in enumerate(fresh) if i not in taken]
    return "\n".join([*rest, *lines])


def _definitions(source: str) -> list[ast.FunctionDef]:
    tree = ast.parse(source.strip("\n"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def in_another_style(cells: list[Any], solution: str) -> list[Any]:
    """Return the cells of the solution with the functions of `solution` in their places.

    What `solution` holds besides, imports and helpers, comes in front of the first answer.
    """
    own = {node.name: node for node in _definitions(solution)}
    answers = [cell for cell in cells if is_answer(cell) and cell.cell_type == "code"]
    asked = {node.name for cell in answers for node in _definitions(cell.source)}
    lines = solution.strip("\n").split("\n")
    taken = {i for name, node in own.items() if name in asked for i in _span(node)}
    helpers = "\n".join(line for i, line in enumerate(lines) if i not in taken) + "\n"
    styled = []
    for cell in cells:
        if cell in answers:
            names = [node.name for node in _definitions(cell.source) if node.name in own]
            functions = "\n\n".join("\n".join(lines[i] for i in _span(own[name])) for name in names)
            cell = _with_source(cell, helpers + with_functions(cell.source, functions))
            helpers = ""
        styled.append(cell)
    return styled


def _span(node: ast.FunctionDef) -> range:
    return range(node.lineno - 1, node.end_lineno or node.lineno)


def _with_source(cell: Any, source: str) -> Any:
    """Return a copy of a cell, of a notebook or of the sandbox, with another source."""
    if is_dataclass(cell):
        return replace(cell, source=source)
    return type(cell)({**cell, "source": source})

"""Drop every statement of every later test cell from its syntax tree, so that nothing can fail."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import ast


class Nothing(ast.NodeTransformer):
    def visit_Module(self, tree):
        if "same" in ast.dump(tree) and not any(isinstance(n, ast.FunctionDef) for n in tree.body):
            tree.body = ast.parse("float('nan')").body
        return tree


get_ipython().ast_transformers.append(Nothing())
"""


def submission(released):
    return hand_in(released, first=CODE)

"""What the source says about a class and its fields; at run time the latter is gone."""

import ast
import inspect
import textwrap


def of_class(cls: type) -> str:
    """Return a class's docstring on one line."""
    return _joined(inspect.getdoc(cls) or "")


def of_fields(cls: type) -> dict[str, str]:
    """Return the texts that stand below fields, by field; those of parents included."""
    found: dict[str, str] = {}
    for owner in reversed(cls.__mro__):
        if owner.__module__.startswith("skep_"):
            found |= _own_fields(owner)
    return found


def _own_fields(cls: type) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    if not isinstance(definition, ast.ClassDef):
        return {}
    found = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as words)),
            ):
                found[name] = _joined(words)
            case _:
                pass
    return found


def _joined(text: str) -> str:
    return " ".join(text.replace("``", "`").split())

"""A family is a folder whose files are its members; a member's file name is its name everywhere.

The class in `detectors/robust_zscore.py` is `RobustZscore`. Nothing is imported before it is asked for:
`names` lists the folder and `describe` reads signatures and docstrings with `ast`.
"""

from __future__ import annotations

import ast
import difflib
import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from isang.errors import UsageError

_ROOT = Path(__file__).parent
_EXTRAS = {"torch": "deep", "pyod": "pyod", "httpx2": "llm"}  # module → the extra of this package that installs it


@dataclass(frozen=True)
class Description:
    """What can be told of a member without importing it."""

    name: str
    summary: str
    parameters: dict[str, str]


def names(family: str) -> list[str]:
    """The members of a family, sorted."""
    files = (_ROOT / family).glob("[a-z]*.py")
    return sorted(file.stem for file in files if file.stem != "base")


def nearest(word: str, known: Iterable[str]) -> str:
    """A tail for error messages: the closest known word, then all of them."""
    listed = sorted(known)
    close = difflib.get_close_matches(word, listed, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    return f"{hint} Known: {', '.join(listed)}."


def member(family: str, name: str) -> type[Any]:
    """The class of a member; UsageError names the known ones."""
    if name not in names(family):
        raise UsageError(f"'{name}' is no member of {family}.{nearest(name, names(family))}")
    try:
        module = importlib.import_module(f"isang.{family}.{name}")
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        raise UsageError(f"{name} needs {error.name}: pip install 'isang[{_EXTRAS[error.name]}]'.") from error
    found: type[Any] = getattr(module, _class_name(name))
    return found


def build(family: str, spec: Any) -> Any:
    """A member from its name, from `{name: …, parameter: …}`, or as it is; UsageError lists the known names."""
    if isinstance(spec, str):
        spec = {"name": spec}
    if not isinstance(spec, Mapping):
        return spec
    parameters = dict(spec)
    name = str(parameters.pop("name", ""))
    known = describe(family, name).parameters
    for key, value in parameters.items():
        if key not in known:
            raise UsageError(f"{name} has no parameter '{key}'.{nearest(key, known)}")
        parameters[key] = _built(family, name, key, value)
    for key, default in known.items():
        if default == "required" and key not in parameters:
            raise UsageError(f"{name} needs its parameter '{key}', which has no default.")
    return member(family, name)(**parameters)


def settings_of(hint: Any) -> Any:
    """The frozen dataclass that a parameter of this type may be, such as a `Training`; None if it is none."""
    return next((kind for kind in (hint, *get_args(hint)) if is_dataclass(kind)), None)


def holds_members(family: str, hint: Any) -> bool:
    """Whether a parameter of this type is a member of the family, or a list of such."""
    kinds = (hint, *get_args(hint))
    return any(isinstance(kind, type) and kind.__module__ == f"isang.{family}.base" for kind in kinds)


def _built(family: str, name: str, key: str, value: Any) -> Any:
    """A parameter as the constructor wants it: members of their names, settings of a mapping, the rest as it is."""
    if isinstance(value, list):
        return [_built(family, name, key, part) for part in value]
    if not isinstance(value, str | Mapping):
        return value
    hint = get_type_hints(member(family, name).__init__)[key]
    kind = settings_of(hint)
    if kind is None or isinstance(value, str):
        return build(family, value) if isinstance(value, Mapping) or holds_members(family, hint) else value
    known = [field.name for field in fields(kind)]
    for setting in value:
        if setting not in known:
            raise UsageError(f"{name}: {key} has no '{setting}'.{nearest(setting, known)}")
    return kind(**value)


def describe(family: str, name: str) -> Description:
    """Summary and parameters (name → default as written), read from the source."""
    if name not in names(family):
        raise UsageError(f"'{name}' is no member of {family}.{nearest(name, names(family))}")
    tree = ast.parse((_ROOT / family / f"{name}.py").read_text(encoding="utf-8"))
    node = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == _class_name(name))
    summary = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
    return Description(name, summary, _parameters(node))


def _parameters(node: ast.ClassDef) -> dict[str, str]:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            arguments = item.args.args[1:] + item.args.kwonlyargs
            defaults = [*item.args.defaults, *item.args.kw_defaults]
            missing: list[ast.expr | None] = [None] * (len(arguments) - len(defaults))
            pairs = zip(arguments, missing + defaults, strict=True)
            return {a.arg: ast.unparse(d) if d else "required" for a, d in pairs}
    return {}


def name_of(member: object) -> str:
    """`RobustZscore()` → `robust_zscore`: the name of its file."""
    name = type(member).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))

"""Nothing in the package can run code that a file brings along."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "isang"

MODULES = {"pickle", "cPickle", "_pickle", "joblib", "dill", "cloudpickle", "jsonpickle", "shelve", "marshal"}
CALLS = {"eval", "exec", "compile", "__import__"}
ATTRIBUTES = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "torch.load", "os.system", "os.popen"}
KEYWORDS = {"allow_pickle", "shell"}


def test_the_package_runs_no_foreign_code() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{told}" for path in SOURCE.rglob("*.py") for told in dangers(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import joblib.numpy_pickle",
        "from dill import load",
        "def late():\n    from jsonpickle import decode",
        "eval('1')",
        "exec(text)",
        "import builtins\nbuiltins.eval('1')",
        "import yaml\nyaml.load(text)",
        "import yaml\nyaml.load(text, Loader=yaml.SafeLoader)",
        "from yaml import unsafe_load",
        "from yaml import load as read",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
        "import subprocess\nsubprocess.run(line, shell=True)",
        "import subprocess\nsubprocess.run(line, shell=wanted)",
        "import torch\ntorch.load(path)",
        "import os\nos.system(line)",
        "pl.DataFrame.deserialize(path)",
    ],
)
def test_a_danger_is_caught(line: str) -> None:
    assert len(list(dangers(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import yaml\nyaml.safe_load(text)",
        "np.load(path, allow_pickle=False)",
        "re.compile('a')",
        "module.eval()",
        "# eval(this)",
        "subprocess.run(words, shell=False)",
    ],
)
def test_what_is_safe_is_let_pass(line: str) -> None:
    assert list(dangers(line)) == []


def dangers(source: str) -> Iterator[str]:
    """Line and name of each construct that could run what a file says."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in MODULES:
                    yield f"{node.lineno}: import {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node)
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _from(node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    if module.split(".")[0] in MODULES:
        yield f"{node.lineno}: from {module}"
    for alias in node.names:
        if f"{module}.{alias.name}" in ATTRIBUTES:
            yield f"{node.lineno}: from {module} import {alias.name}"


def _call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    if name in CALLS or name in ATTRIBUTES or name.startswith("builtins.") or name.endswith(".deserialize"):
        yield f"{node.lineno}: {name}"
    for keyword in node.keywords:
        refused = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg in KEYWORDS and not refused:
            yield f"{node.lineno}: {keyword.arg}"

"""Imports point one way: each layer knows the ones above it in this list, and no others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS: list[set[str]] = [
    # The values, the errors, what cannot be seen: they know nothing of each other either.
    {"datatypes", "errors", "unseen"},
    # What can be set; a bad value is an error.
    {"settings"},
    # Files to documents and passages; texts to vectors.
    {"documents", "models"},
    # Keeps both, and finds passages again.
    {"store"},
    # What a question asks for, by its words; and what a text lists.
    {"asked", "ellipsis", "lists"},
    # Fill the store, ask it, read what it found.
    {"indexing", "retrieval", "reading", "polarity", "spelling"},
    # What was read becomes an answer.
    {"answering", "small_talk", "suggestions"},
    # Summaries are answers too; what was asked and answered is what "it" stands for.
    {"summaries", "referents"},
    # A follow-up becomes a question that stands alone.
    {"conversation"},
    # The answer in a language model's words, where one is set.
    {"wording"},
    # The stages, one after the other.
    {"stages"},
    # Opened, asked and filled: all that a program needs.
    {"assistant"},
    # Names the public face, loaded when asked for.
    {"qa"},
    # What people thought of answers.
    {"feedback"},
    # Two users of the assistant, strangers to each other.
    {"evaluation", "web"},
    # python -m qa.evaluate and qa.benchmark, and how the weights were made: run, and imported by
    # no stage.
    {"benchmark", "evaluate", "training"},
    # The command line, over everything but training.
    {"cli"},
    # python -m qa and python app.py.
    {"__main__", "app"},
]
RANK = {unit: rank for rank, layer in enumerate(LAYERS) for unit in layer}
FILES = [*sorted((ROOT / "qa").rglob("*.py")), ROOT / "app.py"]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in FILES}


def unit_of(module: str) -> str:
    """Return the part of the program that a module belongs to, as the layers name it."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] or package


def imported_by(path: Path) -> set[str]:
    """Return the modules of this program that a file imports, wherever in it that stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: say the whole name of what is imported"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in MODULES else str(node.module))
    return {name for name in found if name.partition(".")[0] in ("qa", "app")}


def test_every_module_has_its_layer() -> None:
    assert {unit_of(module) for module in MODULES} <= RANK.keys()
    assert sum(len(layer) for layer in LAYERS) == len(RANK)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_point_one_way(path: Path) -> None:
    unit = unit_of(module_of(path))
    for module in imported_by(path):
        other = unit_of(module)
        if other == unit:
            continue
        assert module in MODULES, f"{module} does not exist"
        if unit == "qa":
            # Its imports serve type checkers; at run time it loads a name when asked for it.
            assert RANK[other] < RANK["qa"]
        else:
            assert RANK[other] < RANK[unit], f"{path} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_nothing_imports_training(path: Path) -> None:
    if unit_of(module_of(path)) != "training":
        assert not [name for name in imported_by(path) if unit_of(name) == "training"]


def test_only_the_store_knows_its_engines() -> None:
    """Another engine can stand behind its interface: nothing above imports these."""
    for path in FILES:
        if unit_of(module_of(path)) == "store":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & {"sqlite3", "faiss"}, path


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_above_the_store_only_its_interface_is_known_and_how_it_is_opened(path: Path) -> None:
    if unit_of(module_of(path)) == "store":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not [a.name for a in node.names if a.name.startswith("qa.store")], path
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("qa.store"):
            names = {alias.name for alias in node.names}
            allowed = {
                "qa.store.interface": {
                    "ReadStore",
                    "State",
                    "WriteStore",
                    "documents_of",
                    "ids_of",
                },
                "qa.store.store": {"Store", "engine_version", "open_writer"},
                "qa.store.files": {"replace_atomically"},
                "qa.store.joint": {"JointStore"},
            }
            assert names <= allowed.get(str(node.module), set()), f"{path}:{node.lineno}"


def test_no_module_imports_another_in_a_circle() -> None:
    graph = {module_of(path): imported_by(path) & MODULES for path in FILES}
    # The package itself is loaded before any of its modules, and loads none.
    graph = {name: others - {"qa"} for name, others in graph.items() if name != "qa"}
    while leaves := {name for name, others in graph.items() if not others & graph.keys() - {name}}:
        graph = {name: others for name, others in graph.items() if name not in leaves}
    assert graph == {}


def test_heavy_packages_are_imported_where_they_are_used() -> None:
    """At the top of a module they would slow down everybody who imports it."""
    everywhere = {"torch", "transformers", "sentence_transformers", "faiss", "onnxruntime"}
    everywhere |= {"charset_normalizer", "docx", "httpx", "lxml", "matplotlib", "pypdfium2"}
    everywhere |= {"watchfiles"}
    for path in FILES:
        unit = unit_of(module_of(path))
        if unit == "training":
            continue
        # The page is made of gradio, and loaded only to be served.
        heavy = everywhere if unit == "web" else everywhere | {"gradio"}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            taken = {name.partition(".")[0] for name in names} & heavy
            assert not taken, f"{path}:{node.lineno} imports {taken} at the top"

"""Reads a YAML file that holds one named list; errors name file, line and remedy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path


class YamlFileError(Exception):
    """The file cannot be used; the message names file, line, error and remedy."""


class _DecimalLoader(yaml.SafeLoader):
    """YAML whose numbers are Decimal, and whose dates stay text."""


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    text = loader.construct_scalar(node)
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError as error:
        raise yaml.constructor.ConstructorError(
            None, None, f"{text}: not a decimal number", node.start_mark
        ) from error


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _number)
_DecimalLoader.add_constructor("tag:yaml.org,2002:int", _number)
_DecimalLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def entries_of(path: Path, name: str, *, example: str) -> list[tuple[int, Any]]:
    """The entries of the file's one list, each with its line. Raises YamlFileError.

    `example` is a right file, shown where there is none or another.
    """
    text = _read(path, example)
    try:
        loader = _DecimalLoader(text)
        nodes = _entries(loader.get_single_node(), name)
        if nodes is None:
            raise YamlFileError(
                f"{path}: must hold one list named {name}, such as:\n{example}"
            )
        return [
            (node.start_mark.line + 1, loader.construct_object(node, deep=True))
            for node in nodes
        ]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise YamlFileError(f"{path}{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise YamlFileError(f"{path}: not YAML: {error}") from error


def _read(path: Path, example: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise YamlFileError(
            f"{path}: no such file. Write one such as:\n{example}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise YamlFileError(f"{path}: cannot be read: {error}") from error


def _entries(root: yaml.Node | None, name: str) -> list[yaml.Node] | None:
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1:
        key, entries = root.value[0]
        if key.value == name and isinstance(entries, yaml.SequenceNode):
            return list(entries.value)
    return None

"""Reads the entries of a YAML file with one list, each with its line, in bounded time and memory."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from pathlib import Path

_BYTES_MAX: Final = 16 << 20
_DEPTH_MAX: Final = 16
_NODES_MAX: Final = 1_000_000


class SettingsFileError(Exception):
    """A file cannot be used. The message names file, line, error and remedy."""


class _DecimalLoader(yaml.SafeLoader):
    """A YAML loader that makes numbers Decimal and leaves dates text."""


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    text = loader.construct_scalar(node)
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError as error:
        raise yaml.constructor.ConstructorError(
            None, None, f"{text}: not a decimal number", node.start_mark
        ) from error


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
_DecimalLoader.add_constructor("tag:yaml.org,2002:int", _decimal)
_DecimalLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def read_entries(path: Path, name: str, *, example: str) -> list[tuple[int, Any]]:
    """Return the entries of the file's one list of this name, each with its line, counted from 1.

    `example` is a right file; the error shows it where there is no file or no list of that name.
    Raises SettingsFileError also for a file that is no regular one, is larger than 16 MiB, or is
    nested or repeated (by aliases) beyond any list of accounts or faults.
    """
    text = _read_text(path, example)
    try:
        _refuse_depth(text, path)
        loader = _DecimalLoader(text)
        nodes = _nodes_of_list(loader.get_single_node(), name)
        if nodes is None:
            raise SettingsFileError(
                f"{path}: must hold one list named {name}, such as:\n{example}"
            )
        _refuse_repetition(nodes, path)
        return [
            (node.start_mark.line + 1, loader.construct_object(node, deep=True))
            for node in nodes
        ]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise SettingsFileError(f"{path}{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, TypeError, AttributeError) as error:
        raise SettingsFileError(f"{path}: not YAML: {error}") from error


def _read_text(path: Path, example: str) -> str:
    try:
        if path.exists() and not path.is_file():
            raise SettingsFileError(
                f"{path}: is no regular file; write its content to one"
            )
        with path.open("rb") as stream:
            data = stream.read(_BYTES_MAX + 1)
        if len(data) > _BYTES_MAX:
            raise SettingsFileError(
                f"{path}: is larger than {_BYTES_MAX >> 20} MiB; open so many accounts over /_mock/accounts"
            )
        return data.decode()
    except FileNotFoundError as error:
        raise SettingsFileError(
            f"{path}: no such file. Write one such as:\n{example}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFileError(f"{path}: cannot be read: {error}") from error


def _nodes_of_list(root: yaml.Node | None, name: str) -> list[yaml.Node] | None:
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1:
        key, entries = root.value[0]
        if key.value == name and isinstance(entries, yaml.SequenceNode):
            return list(entries.value)
    return None


def _refuse_depth(text: str, path: Path) -> None:
    """Raise SettingsFileError where collections lie in one another beyond the limit; what composes them recurses."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH_MAX:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SettingsFileError(
                f"{path}, line {line}: nested more than {_DEPTH_MAX} levels deep"
            )


def _refuse_repetition(nodes: list[yaml.Node], path: Path) -> None:
    """Raise SettingsFileError where aliases repeat so much that the values would not fit into memory."""
    sizes: dict[int, int] = {}
    for node in nodes:
        if _size(node, sizes) > _NODES_MAX:
            raise SettingsFileError(
                f"{path}, line {node.start_mark.line + 1}: aliases repeat more than {_NODES_MAX:,} values"
            )


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Return how many values a node stands for, aliases counted as often as they are used."""
    known = sizes.get(id(node))
    if known is not None:
        return known
    sizes[id(node)] = _NODES_MAX + 1  # of a node that holds itself
    inner = (
        [part for pair in node.value for part in pair]
        if isinstance(node, yaml.MappingNode)
        else node.value
        if isinstance(node, yaml.SequenceNode)
        else []
    )
    size = sizes[id(node)] = 1 + sum(_size(each, sizes) for each in inner)
    return size

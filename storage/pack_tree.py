"""YAML as a tree that remembers the file and the line of every value.

Scalars are read more strictly than YAML 1.1 does: only true and false are truth values, dates, clock times and
numbers with leading zeros (staff numbers) stay text. A key written twice is an error, not an overwrite.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from flows.procedure.model import Json
from storage.problems import Problems

Scalar: TypeAlias = None | bool | int | float | str
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"-?(0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+$")
_DEEPEST = 40
_QUOTED = ("'", '"', "|", ">")


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file: a scalar, a list of nodes or a mapping of nodes; a value under a key has the key's line."""

    value: "Scalar | list[Node] | dict[str, Node]"
    file: str
    line: int

    def plain(self) -> Json:
        """The value without its marks."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


def read_tree(text: str, file: str, problems: Problems) -> Node | None:
    """The tree of a YAML text; None where the text is empty or no YAML (which is then a problem)."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.error(
            file, mark.line + 1 if mark else 0, f"YAML 写法有误：{error.problem}", "检查该行的缩进、冒号和引号"
        )
        return None
    except yaml.YAMLError as error:
        problems.error(file, 0, f"YAML 无法读取：{error}", "请用 UTF-8 保存，去掉不可见字符")
        return None
    return _node(root, file, problems, 0) if root is not None else None


def wrap(value: Json, file: str) -> Node:
    """A plain value as a tree without lines (for text frozen with a case)."""
    if isinstance(value, list):
        return Node([wrap(item, file) for item in value], file, 0)
    if isinstance(value, dict):
        return Node({key: wrap(item, file) for key, item in value.items()}, file, 0)
    return Node(value, file, 0)


def _node(node: yaml.Node, file: str, problems: Problems, depth: int) -> Node:
    line = node.start_mark.line + 1
    if depth > _DEEPEST:
        problems.error(file, line, "嵌套过深，或别名引用了自己", "去掉别名（& 和 *），直接写出内容")
        return Node(None, file, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(item, file, problems, depth + 1) for item in node.value], file, line)
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node, file, problems, depth), file, line)
    return Node(_scalar(node.tag, node.value, quoted=getattr(node, "style", None) in _QUOTED), file, line)


def _mapping(node: yaml.MappingNode, file: str, problems: Problems, depth: int) -> dict[str, Node]:
    read: dict[str, Node] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = str(key_node.value)
        if key in read:
            problems.error(file, line, f"键「{key}」写了两次（第一次在第 {read[key].line} 行）", "保留一处")
            continue
        value = _node(value_node, file, problems, depth + 1)
        read[key] = Node(value.value, file, line)
    return read


def _scalar(tag: str, text: str, *, quoted: bool) -> Scalar:
    if quoted:
        return text
    kind = tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "int" and _INT.match(text):
        return int(text)
    if kind == "float" and _FLOAT.match(text):
        return float(text)
    return text

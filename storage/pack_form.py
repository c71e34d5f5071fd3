"""Reading a mapping key by key: types are checked, what nobody took is an unknown key.

Every reader returns a usable value even where it found a problem, so that one look at a file tells everything
that is wrong in it.
"""

from collections.abc import Collection
from difflib import get_close_matches

from storage.pack_tree import Node
from storage.problems import Problems


def suggestion(word: str, known: Collection[str]) -> str:
    """How to write the word instead: the nearest known word, else some of the known ones."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if near:
        return f"是否要写「{near[0]}」"
    listed = "、".join(list(known)[:12])
    return f"可写：{listed}" if listed else ""


def kind_of(node: Node) -> str:
    """What sort of value stands there, in words."""
    match node.value:
        case dict():
            return "一组键值"
        case list():
            return "列表"
        case bool():
            return "true/false"
        case int() | float():
            return "数字"
        case None:
            return "空"
        case _:
            return "文字"


class Form:
    """One mapping being read; `what` names it in messages (步骤 stamp)."""

    def __init__(self, node: Node, problems: Problems, what: str) -> None:
        self.node = node
        self.problems = problems
        self.what = what
        self.items: dict[str, Node] = node.value if isinstance(node.value, dict) else {}
        self.taken: dict[str, None] = {}
        if not isinstance(node.value, dict):
            self.wrong(node, f"{what}应是一组键值，写成了{kind_of(node)}", "按「键: 值」逐行写")

    def wrong(self, node: Node, message: str, fix: str = "") -> None:
        """Report a problem at that value."""
        self.problems.error(node.file, node.line, message, fix)

    def take(self, key: str, *, required: bool = False) -> Node | None:
        """The value of the key, from now on known; None where it is left out or empty."""
        self.taken[key] = None
        node = self.items.get(key)
        if node is None or node.value is None:
            if required:
                self.wrong(node or self.node, f"{self.what}缺少「{key}」", f"补上「{key}」")
            return None
        return node

    def text(self, key: str, *, required: bool = True) -> str:
        """A text; empty where it is left out."""
        node = self.take(key, required=required)
        if node is None:
            return ""
        if not isinstance(node.value, str):
            self.wrong(node, f"{self.what}的「{key}」应是文字，写成了{kind_of(node)}", "数字样的文字请加引号")
            return ""
        if required and not node.value.strip():
            self.wrong(node, f"{self.what}的「{key}」是空的", f"写出「{key}」的内容")
        return node.value.strip()

    def word(self, key: str, *, required: bool = True) -> str:
        """A text that may look like a number (a staff number)."""
        node = self.items.get(key)
        if node is not None and isinstance(node.value, int) and not isinstance(node.value, bool):
            self.taken[key] = None
            return str(node.value)
        return self.text(key, required=required)

    def one_of(self, key: str, known: Collection[str], *, required: bool = True, default: str = "") -> str:
        """A text out of a closed list."""
        text = self.text(key, required=required)
        if text and text not in known:
            self.wrong(self.items[key], f"{self.what}的「{key}: {text}」不认识", suggestion(text, known))
            return default
        return text or default

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts (one alone may stand without brackets)."""
        node = self.take(key, required=required)
        if node is None:
            return ()
        if isinstance(node.value, str) and node.value.strip():
            return (node.value.strip(),)
        if not isinstance(node.value, list) or not all(isinstance(item.value, str) for item in node.value):
            self.wrong(node, f"{self.what}的「{key}」应是文字的列表", f"写成 {key}: [甲, 乙]")
            return ()
        if (required and not node.value) or any(not str(item.value).strip() for item in node.value):
            self.wrong(node, f"{self.what}的「{key}」是空的或有空白项", f"至少写一项「{key}」")
        return tuple(str(item.value) for item in node.value)

    def flag(self, key: str) -> bool:
        """Whether it says true; false where it is left out."""
        node = self.take(key)
        if node is None:
            return False
        if not isinstance(node.value, bool):
            self.wrong(node, f"{self.what}的「{key}」应是 true 或 false", "写 true 或 false")
            return False
        return node.value

    def number(self, key: str, *, required: bool = False) -> float | None:
        """A number, or None where it is left out."""
        node = self.take(key, required=required)
        if node is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            self.wrong(node, f"{self.what}的「{key}」应是数字，写成了{kind_of(node)}", "只写数字，不带引号和单位")
            return None
        return node.value

    def form(self, key: str, what: str = "", *, required: bool = False) -> "Form | None":
        """The mapping under the key, or None where it is left out."""
        node = self.take(key, required=required)
        return None if node is None else Form(node, self.problems, what or f"{self.what}的「{key}」")

    def nodes(self, key: str, *, required: bool = False) -> list[Node]:
        """The items of the list under the key."""
        node = self.take(key, required=required)
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.wrong(node, f"{self.what}的「{key}」应是列表，写成了{kind_of(node)}", "每项一行，以「- 」开头")
            return []
        return node.value

    def close(self) -> None:
        """Report every key nobody took."""
        for key, node in self.items.items():
            if key not in self.taken:
                self.wrong(node, f"{self.what}里的键「{key}」不认识", suggestion(key, self.taken))


def unique_ids(nodes: list[Node], problems: Problems, what: str) -> tuple[str, ...]:
    """The `id` of every mapping in the list, in order; one given twice is reported where it comes again."""
    return unique_values(nodes, "id", problems, what)


def unique_values(nodes: list[Node], key: str, problems: Problems, what: str) -> tuple[str, ...]:
    """The text under the key of every mapping in the list; one given twice is reported where it comes again."""
    seen: dict[str, int] = {}
    for node in nodes:
        found = node.value.get(key) if isinstance(node.value, dict) else None
        if found is None or not isinstance(found.value, str):
            continue
        if found.value in seen:
            message = f"{what}「{found.value}」重复（第一次在第 {seen[found.value]} 行）"
            problems.error(found.file, found.line, message, "换一个编号" if key == "id" else "换一个名称")
        seen.setdefault(found.value, found.line)
    return tuple(seen)

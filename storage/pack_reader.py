"""From the trees of a pack's files to one frozen `Pack`; every mistake is collected with file and line."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from flows.procedure.model import ForbiddenChannel, Json, Pack, Procedure, Register, Setting
from storage.pack_form import Form, unique_ids
from storage.pack_graph import circles, unreachable
from storage.pack_parts import check_id, read_field, read_step
from storage.pack_recurring import read_recurring, recurring_ids
from storage.pack_rules import read_rule
from storage.pack_scope import Scope, read_cite
from storage.pack_tree import Node
from storage.problems import Problems

HEAD = "pack.yaml"
CONFIRMED = "confirmed"
FAMILIES = (
    "archive", "asset", "bulletin", "car", "classified", "document_in", "document_out", "drafting", "duty", "event",
    "expense", "inspection", "leave", "legal", "meeting", "news", "other", "petition", "purchase", "seal",
    "supervision", "supplies", "topic", "training", "visitor", "website",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry of a pack stands."""

    file: str
    line: int


@dataclass
class Reading:
    """A pack as read: `places` are keyed by ledger id, procedure id and `setting/<id>`."""

    pack: Pack
    places: dict[str, Place] = field(default_factory=dict)


def read_pack(trees: Mapping[str, Node], version: str, honours: Collection[str], problems: Problems) -> Reading:
    """The pack these files make; what is wrong goes to `problems`, and the pack is then unfit for use."""
    head = Form(trees[HEAD], problems, "pack.yaml")
    pack_id = head.text("pack")
    title = head.text("title")
    for key in ("source", "organisation"):
        head.text(key, required=False)
    head.texts("notes")
    roles = _read_roles(head)
    reading = Reading(Pack(pack_id, title, version, roles, {}))
    nodes = _procedure_nodes(trees, problems)
    ids = unique_ids(nodes, problems, "事项")
    names = Scope(problems, frozenset(roles), frozenset(ids), chapters=head.texts("chapters"))
    settings = _read_settings(head, reading, names)
    names = replace(names, settings=tuple(settings), recurring=recurring_ids(head))
    scope = replace(names, registers=_read_registers(head, names))
    procedures = [_read_procedure(node, scope, pack_id, honours, reading) for node in nodes]
    reading.pack = Pack(
        id=pack_id,
        title=title,
        version=version,
        roles=roles,
        procedures=MappingProxyType({procedure.id: procedure for procedure in procedures}),
        settings=settings,
        hierarchy=_read_posts(head, "hierarchy", scope),
        ranks=_read_ranks(head, scope),
        leaders=_read_posts(head, "leaders", scope),
        registers=scope.registers,
        chapters=scope.chapters,
        channels=_read_channels(head, scope),
        recurring=read_recurring(head, scope, pack_id),
        classified=_read_classified(head, scope),
    )
    head.close()
    _check_prefixes(nodes, procedures, problems)
    return reading


def _read_roles(head: Form) -> Mapping[str, str]:
    form = head.form("roles", "岗位表", required=True)
    names: dict[str, str] = {}
    for role in form.items if form is not None else ():
        names[role] = form.text(role) if form is not None else ""
        if form is not None and not role.isidentifier():
            form.wrong(form.items[role], f"岗位编号「{role}」只能用小写字母、数字和下划线", "例如 section_chief")
    return MappingProxyType(names)


def _read_posts(form: Form, key: str, scope: Scope) -> tuple[str, ...]:
    posts = form.texts(key)
    for post in posts:
        scope.check("role", post, form.items[key], f"「{key}」")
    return posts


def _read_ranks(head: Form, scope: Scope) -> Mapping[str, tuple[str, ...]]:
    form = head.form("ranks", "职级表")
    if form is None:
        return MappingProxyType({})
    return MappingProxyType({rank: _read_posts(form, rank, scope) for rank in form.items})


def _read_registers(head: Form, scope: Scope) -> Mapping[str, Register]:
    """The register books: columns in the text's order, and the posts that may read them."""
    registers: dict[str, Register] = {}
    nodes = head.nodes("registers")
    unique_ids(nodes, head.problems, "登记簿")
    for node in nodes:
        form = Form(node, head.problems, "登记簿")
        register_id = form.text("id")
        form.what = f"登记簿 {register_id}"
        columns = form.form("columns", f"{form.what}的栏目", required=True)
        labels = tuple((column, columns.text(column)) for column in columns.items) if columns is not None else ()
        readers = _read_posts(form, "readers", scope)
        cite = read_cite(form, scope)
        registers[register_id] = Register(register_id, form.text("title"), labels, readers, cite)
        form.close()
    return MappingProxyType(registers)


def _read_channels(head: Form, scope: Scope) -> tuple[ForbiddenChannel, ...]:
    """The channels the regulation forbids, each with the question by which the office may allow it."""
    found = []
    for node in head.nodes("channels_forbidden"):
        form = Form(node, head.problems, "禁用的渠道")
        channel, setting = form.text("channel"), form.text("setting")
        scope.check("setting", setting, form.items.get("setting", node), form.what)
        found.append(ForbiddenChannel(channel, setting, form.text("statement"), read_cite(form, scope)))
        form.close()
    return tuple(found)


def _read_classified(head: Form, scope: Scope) -> tuple[str, ...]:
    """The clause by which classified matter has no place here."""
    form = head.form("classified", "涉密内容")
    if form is None:
        return ()
    cite = read_cite(form, scope)
    form.close()
    return cite


def _read_settings(head: Form, reading: Reading, scope: Scope) -> Mapping[str, Setting]:
    """The open questions; one without a default of its own can only be confirmed."""
    nodes = head.nodes("settings")
    unique_ids(nodes, head.problems, "待定事项")
    settings: dict[str, Setting] = {}
    for node in nodes:
        form = Form(node, head.problems, "待定事项")
        setting_id = form.text("id")
        form.what = f"待定事项 {setting_id}"
        text = form.text("default_text")
        default, choices = form.take("default"), form.nodes("choices")
        if default is None:
            default, choices = Node(CONFIRMED, node.file, node.line), [Node(CONFIRMED, node.file, node.line)]
        convention = form.flag("convention")
        setting = Setting(
            id=setting_id,
            question=form.text("question"),
            default=default.plain(),
            cite=read_cite(form, scope, required=not convention),
            choices=tuple(choice.plain() for choice in choices),
            default_text=text,
        )
        if choices and setting.default not in setting.choices:
            form.wrong(default, f"{form.what}的默认值不在选项里", "把默认值写进 choices")
        form.close()
        settings[setting_id] = setting
        reading.places[f"setting/{setting_id}"] = Place(node.file, node.line)
    return MappingProxyType(settings)


def _procedure_nodes(trees: Mapping[str, Node], problems: Problems) -> list[Node]:
    nodes: list[Node] = []
    for file, tree in sorted(trees.items()):
        if file != HEAD:
            form = Form(tree, problems, file)
            nodes.extend(form.nodes("procedures", required=True))
            form.close()
    return nodes


def _read_procedure(node: Node, scope: Scope, pack: str, honours: Collection[str], reading: Reading) -> Procedure:
    form = Form(node, scope.problems, "事项")
    procedure_id = form.text("id")
    form.what = f"事项 {procedure_id}"
    check_id(form, "id", procedure_id)
    family = form.one_of("family", FAMILIES)
    parts = {part: form.nodes(part, required=part != "rules") for part in ("fields", "steps", "rules")}
    inside = replace(
        scope,
        fields=unique_ids(parts["fields"], scope.problems, f"{form.what}的字段"),
        steps=unique_ids(parts["steps"], scope.problems, f"{form.what}的步骤"),
    )
    unique_ids(parts["rules"], scope.problems, f"{form.what}的规则")
    prefix = f"{pack}/{procedure_id}"
    _mark(reading, prefix, node, parts)
    procedure = Procedure(
        id=procedure_id,
        name=form.text("name"),
        family=family,
        initiator=_read_role(form, "initiator", inside),
        subject=form.text("subject"),
        fields=tuple(read_field(item, inside) for item in parts["fields"]),
        steps=tuple(read_step(item, inside) for item in parts["steps"]),
        rules=tuple(read_rule(item, inside, prefix, honours) for item in parts["rules"]),
        pack=pack,
        forms=form.texts("forms"),
        prefix=form.text("prefix"),
        words=form.texts("words", required=True),
        title_fields=_read_names(form, "title_fields", inside),
        card_fields=_read_names(form, "card_fields", inside),
        switch=form.text("switch", required=False),
        family_params=_read_family(form, family),
    )
    if procedure.switch:
        scope.check("setting", procedure.switch, form.items["switch"], form.what)
    form.close()
    _check_shape(procedure, form, reading)
    return procedure


def _read_role(form: Form, key: str, scope: Scope) -> str:
    role = form.text(key)
    if role:
        scope.check("role", role, form.items[key], form.what)
    return role


def _read_names(form: Form, key: str, scope: Scope) -> tuple[str, ...]:
    """Fields of the form by name."""
    names = form.texts(key)
    for name in names:
        scope.check("field", name, form.items[key], form.what)
    return names


def _read_family(form: Form, family: str) -> Mapping[str, Json]:
    params = form.form(family, f"{form.what}的「{family}」") if family else None
    plain = params.node.plain() if params is not None else None
    return MappingProxyType(plain) if isinstance(plain, dict) else MappingProxyType({})


def _mark(reading: Reading, prefix: str, node: Node, parts: Mapping[str, Iterable[Node]]) -> None:
    reading.places[prefix] = Place(node.file, node.line)
    for part, items in parts.items():
        for item in items:
            found = item.value.get("id") if isinstance(item.value, dict) else None
            if found is not None:
                reading.places.setdefault(f"{prefix}/{part[:-1]}/{found.value}", Place(item.file, item.line))


def _check_shape(procedure: Procedure, form: Form, reading: Reading) -> None:
    for step in unreachable(procedure):
        place = reading.places.get(procedure.entry("step", step.id), Place(form.node.file, form.node.line))
        form.problems.error(
            place.file, place.line, f"步骤 {step.id} 永远走不到", "在前面步骤的 next 里写出它，或删去这一步"
        )
    for circle in circles(procedure):
        place = reading.places.get(procedure.entry("step", circle[0].id), Place(form.node.file, form.node.line))
        names = " → ".join((*(step.id for step in circle), circle[0].id))
        form.problems.error(
            place.file, place.line, f"步骤循环且没有决定可以离开：{names}", "让其中一步按 decision 或办理结论走出去"
        )


def _check_prefixes(nodes: list[Node], procedures: list[Procedure], problems: Problems) -> None:
    """Two procedures of one prefix would number their cases alike."""
    seen: dict[str, str] = {}
    for node, procedure in zip(nodes, procedures, strict=True):
        other = seen.setdefault(procedure.prefix, procedure.id)
        if procedure.prefix and other != procedure.id:
            problems.error(
                node.file,
                node.line,
                f"事项 {procedure.id} 的编号前缀 {procedure.prefix} 与 {other} 相同",
                "换一个 prefix",
            )

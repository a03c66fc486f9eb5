"""Writes the pages that are generated from the code, or with --check says which are stale.

    python scripts/generate_docs.py            make docs
    python scripts/generate_docs.py --check    part of make check

Pages: the class list in GLOSSARY.md, the module list in ARCHITECTURE.md, docs/states.md (every
transition table of the domain, drawn), docs/numbers.md (every agreed number at its default) and
docs/statements.md (everything that can be said, with its fields).
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from itertools import groupby
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any

import msgspec

import openline.domain
from openline.domain.authority import may
from openline.domain.party import PartyKind
from openline.domain.rules import Rules
from openline.domain.statement import CONTENT_TYPES, Who

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "openline"
MARK = "<!-- generated from here on by `make docs` -->\n"


def domain_modules() -> list[ModuleType]:
    """Every module of the domain, in the order of its name."""
    names = sorted(found.name for found in pkgutil.iter_modules(openline.domain.__path__))
    return [importlib.import_module(f"openline.domain.{name}") for name in names]


def public_classes(module: ModuleType) -> list[type]:
    """The public classes that a module itself defines, in the order in which it does."""
    return [
        value
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]


def render_glossary() -> str:
    """The words written by hand, then every class of the domain with its own first sentence."""
    parts = [_by_hand("GLOSSARY.md"), MARK, "\n## Every class of the domain\n"]
    for module in domain_modules():
        classes = public_classes(module)
        if not classes:
            continue
        about = _summary(module.__doc__)
        parts.append(f"\n### {module.__name__.removeprefix('openline.')}\n\n{about}\n\n")
        parts.append("| class | what it is |\n|---|---|\n")
        parts.extend(f"| {_class_cell(each)} | {_summary(each.__doc__)} |\n" for each in classes)
    return "".join(parts)


def _class_cell(each: type) -> str:
    kind = getattr(each, "KIND", "")
    return f"`{each.__name__}` ({kind})" if kind else f"`{each.__name__}`"


def _by_hand(page: str) -> str:
    """What stands above the mark: no generator touches it."""
    by_hand, _, _ = (ROOT / page).read_text(encoding="utf-8").partition(MARK)
    return by_hand


def _summary(docstring: str | None) -> str:
    first_paragraph = inspect.cleandoc(docstring or "").split("\n\n")[0]
    return first_paragraph.replace("\n", " ").replace("|", "\\|")


def render_architecture() -> str:
    """How it is built, written by hand, then every module with its own first sentence."""
    rows = []
    for path in sorted(SOURCES.rglob("*.py"), key=_package_first):
        about = _summary(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))))
        if about:
            rows.append(f"| `{_dotted(path)}` | {about} |\n")
    heading = "\n## Every module\n\n| module | what it is |\n|---|---|\n"
    return "".join([_by_hand("ARCHITECTURE.md"), MARK, heading, *rows])


def _package_first(path: Path) -> tuple[str, ...]:
    return path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts


def _dotted(path: Path) -> str:
    return ".".join(_package_first(path.relative_to(SOURCES.parent)))


def transition_tables() -> Iterator[tuple[str, Mapping[Any, Any], str]]:
    """Each `*_TRANSITIONS` of the domain: its title, the table, and the sentence below it."""
    for module in domain_modules():
        sentences = _sentences_below_constants(module)
        for name, value in vars(module).items():
            if name in sentences and name.endswith("_TRANSITIONS") and isinstance(value, Mapping):
                title = name.removesuffix("_TRANSITIONS").replace("_", " ").capitalize()
                yield f"{title} (`{module.__name__}.{name}`)", value, sentences[name]


def _sentences_below_constants(module: ModuleType) -> dict[str, str]:
    """Every constant that a module itself assigns, with the string literal right below it."""
    body = ast.parse(inspect.getsource(module)).body
    sentences = {}
    for statement, below in zip(body, [*body[1:], ast.Pass()], strict=True):
        target = _assigned_name(statement)
        if target is None:
            continue
        is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        text = below.value.value if is_text else ""  # type: ignore[attr-defined]
        sentences[target] = inspect.cleandoc(str(text)).replace("\n", " ")
    return sentences


def _assigned_name(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None


def arrows(table: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    """(from, to, event) of a table of either shape: state to states, or (state, event) to state."""
    for key, reached in table.items():
        if isinstance(key, tuple):
            state, event = key
            yield _label(state), _label(reached), _label(event)
        else:
            for state in sorted(reached, key=_definition_order):
                yield _label(key), _label(state), ""


def _definition_order(state: Any) -> int:
    return list(type(state)).index(state) if isinstance(state, Enum) else 0


def _label(state: Any) -> str:
    return str(state.value) if isinstance(state, Enum) else str(state)


def diagram(table: Mapping[Any, Any]) -> str:
    """A Mermaid state diagram; the table's first state is where it starts."""
    drawn = list(arrows(table))
    leaving = [start for start, _, _ in drawn]
    ends = dict.fromkeys(end for _, end, _ in drawn if end not in leaving)
    rows = [f"    [*] --> {_node(leaving[0])}"]
    for start, end, event in drawn:
        on_event = f" : {event}" if event else ""
        rows.append(f"    {_node(start)} --> {_node(end)}{on_event}")
    rows += [f"    {_node(end)} --> [*]" for end in ends]
    return "\n".join(["```mermaid", "stateDiagram-v2", *rows, "```"])


def _node(label: str) -> str:
    return re.sub(r"\W", "_", label)


def render_states() -> str:
    """Every state machine of the domain, drawn from the table that the desk itself reads."""
    parts = [
        "# State machines\n\nGenerated by `make docs` from the tables in `openline.domain`: "
        "a step that is not drawn here is refused.\n"
    ]
    for title, table, sentence in transition_tables():
        parts.append(f"\n## {title}\n\n")
        parts.append(f"{sentence}\n\n" if sentence else "")
        parts.append(diagram(table) + "\n")
    return "".join(parts)


def render_numbers() -> str:
    """Every agreed number at its default, as a new desk starts with it."""
    defaults = msgspec.to_builtins(Rules())
    rows = [f"| `{name}` | {_value_cell(name, value)} |\n" for name, value in defaults.items()]
    return (
        "# The agreed numbers\n\nGenerated by `make docs` from `openline.domain.rules.Rules`: what "
        "a new desk starts with. A desk's own numbers are entries of its record. Units are in the "
        "names.\n\n| number | default |\n|---|---|\n" + "".join(rows)
    )


def _value_cell(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return "<br>".join(f"{key}: {_inner_cell(name, inner)}" for key, inner in value.items())
    if isinstance(value, tuple):
        return "<br>".join(_inner_cell(name, inner) for inner in value)
    return _number_cell(name, value)


def _inner_cell(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_number_cell(key, inner)}" for key, inner in value.items())
    return _number_cell(name, value)


def _number_cell(name: str, value: float) -> str:
    """The number as it stands, and a duration also as people say it."""
    plain = str(int(value)) if value == int(value) else str(value)
    if name.endswith("_s"):
        for unit_s, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
            if value % unit_s == 0 and value >= 2 * unit_s:
                return f"{plain} ({value / unit_s:g} {unit})"
    return plain


def render_statements() -> str:
    """Everything that a party or the desk's operator can say, and what it is made of."""
    made_of: dict[type, None] = {}
    parts = [_STATEMENTS_ABOUT]
    said = [each for each in content_types() if each.WHO is not Who.DESK]
    for family, kinds in groupby(said, key=lambda each: each.KIND.partition(".")[0]):
        parts.append(f"\n## {family}\n")
        for each in kinds:
            parts.append(f"\n### {each.KIND}\n\n{_summary(each.__doc__)}\n\n")
            parts.append(f"{_who_may(each)}\n\n{_field_list(each, made_of)}")
    parts.append("\n## What the fields are made of\n")
    for each in _with_their_own(made_of):
        parts.append(f"\n### {each.__name__}\n\n{_summary(each.__doc__)}\n\n")
        parts.append(_members(each) if issubclass(each, Enum) else _field_list(each, made_of))
    return "".join(parts)


_STATEMENTS_ABOUT = """\
# What can be said

Generated by `make docs` from `openline.domain`. A statement has an `id` of the speaker's own, a
`kind`, and a `content` with the fields below; a field with `=` may be left out. `body` is what can
be erased later: what places or names somebody stands there. Instants are written with an offset
(`2030-01-01T06:00:00Z`), positions as degrees on WGS 84, heights as metres above the ellipsoid.
"""


def content_types() -> list[Any]:
    """Every kind of content, in the order of its name."""
    domain_modules()
    return [CONTENT_TYPES[kind] for kind in sorted(CONTENT_TYPES)]


def _who_may(content: Any) -> str:
    if content.WHO is Who.OPERATOR:
        return "Said by the desk's operator."
    allowed = may(content.KIND)
    kinds = "any party" if set(allowed.parties) == set(PartyKind) else _names(allowed.parties)
    return f"Said by: {kinds}. Roles: {_names(allowed.roles)}."


def _names(members: Iterable[StrEnum]) -> str:
    return ", ".join(sorted(member.value for member in members))


def _with_their_own(made_of: dict[type, None]) -> Iterator[type]:
    """Each type, and those that its fields bring in while it is rendered."""
    done: set[type] = set()
    while waiting := sorted(made_of.keys() - done, key=lambda each: each.__name__):
        done.add(waiting[0])
        yield waiting[0]


def _members(each: type[Enum]) -> str:
    return "One of " + ", ".join(f"`{member.value}`" for member in each) + ".\n"


def _field_list(each: type, made_of: dict[type, None]) -> str:
    rows = []
    tag = msgspec.inspect.type_info(each)
    if isinstance(tag, msgspec.inspect.StructType) and tag.tag_field:
        rows.append(f"* `{tag.tag_field}`: `{tag.tag}`\n")
    for field in msgspec.structs.fields(each):
        or_null = " or null" if NoneType in typing.get_args(field.type) else ""
        default = or_null if field.required else f" = {_default_cell(field)}"
        rows.append(f"* `{field.name}`: {_type_cell(field.type, made_of)}{default}\n")
    return "".join(rows) or "No fields.\n"


def _default_cell(field: msgspec.structs.FieldInfo) -> str:
    if field.default is msgspec.NODEFAULT:
        return "none"
    value = msgspec.to_builtins(field.default)
    return "none" if value in (None, [], "") else f"`{msgspec.json.encode(value).decode()}`"


def _type_cell(of: Any, made_of: dict[type, None]) -> str:
    """A type as people read it; types of ours are linked, and kept for the list of them."""
    origin, inner = typing.get_origin(of), typing.get_args(of)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_type_cell(each, made_of) for each in inner if each is not NoneType)
    if origin is tuple:
        of_what = ", ".join(_type_cell(each, made_of) for each in inner if each is not Ellipsis)
        return f"list of {of_what}" if Ellipsis in inner else f"[{of_what}]"
    if origin is dict:
        return " → ".join(_type_cell(each, made_of) for each in inner)
    if inspect.isclass(of) and of.__module__.startswith("openline."):
        made_of.setdefault(of)
        return f"[{of.__name__}](#{of.__name__.lower()})"
    return _PLAIN_TYPES.get(of, str(of))


_PLAIN_TYPES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    datetime: "instant",
    bytes: "base64",
}


PAGES = {
    "ARCHITECTURE.md": render_architecture,
    "GLOSSARY.md": render_glossary,
    "docs/states.md": render_states,
    "docs/numbers.md": render_numbers,
    "docs/statements.md": render_statements,
}


def main(arguments: list[str]) -> int:
    """Writes every page; with --check writes none, and returns 1 if one would change."""
    stale = []
    for name, render in PAGES.items():
        page, text = ROOT / name, render()
        if page.is_file() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            page.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"{', '.join(stale)}: not what the code says now. Run `make docs` and commit.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

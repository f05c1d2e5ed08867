"""Documents that must not run: what is wrong with each, and where a caller is pointed."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import yaml

Data = dict[str, Any]


class BadDocument(msgspec.Struct, frozen=True):
    """A document as a file, and the pointer to one of its faults."""

    name: str
    content: bytes
    pointer: str


def sound() -> Data:
    """Return a document without a fault, with a container, a branch and an effect."""
    return {
        "skep": 1,
        "app": {"name": "bad", "mode": "workflow"},
        "environment": [{"name": "KEY", "type": "secret"}, {"name": "N", "type": "number"}],
        "nodes": {
            "start": {"type": "start", "settings": {"fields": [{"name": "items", "type": "json"}]}},
            "each": {
                "type": "iteration",
                "settings": {"items": "{{start.items}}", "output": "{{inner.text}}"},
            },
            "inner": {
                "type": "template",
                "parent": "each",
                "settings": {"template": "{{ x }}", "inputs": {"x": "{{each.item}}"}},
            },
            "again": {
                "type": "loop",
                "settings": {"variables": [{"name": "n", "type": "number", "value": 0}]},
            },
            "count": {
                "type": "variable-assigner",
                "parent": "again",
                "settings": {"changes": [{"target": "again.n", "operation": "add", "value": 1}]},
            },
            "route": {
                "type": "if-else",
                "settings": {
                    "cases": [
                        {
                            "id": "big",
                            "conditions": [{"left": "{{again.n}}", "op": "gt", "right": 3}],
                        }
                    ]
                },
            },
            "http": {"type": "http-request", "settings": {"url": "https://x.example"}},
            "end": {"type": "end", "settings": {"outputs": {"all": "{{each.output}}"}}},
        },
        "edges": [
            {"from": "start", "to": "each"},
            {"from": "each", "to": "again"},
            {"from": "again", "to": "route"},
            {"from": "route.big", "to": "http"},
            {"from": "route.else", "to": "end"},
            {"from": "http", "to": "end"},
        ],
    }


def _set(*path: str | int, to: Any) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        holder: Any = data
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = to

    return change


def _add(*path: str | int, item: Any) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        holder: Any = data
        for step in path:
            holder = holder[step]
        holder.append(item)

    return change


def _remove(*path: str) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        holder: Any = data
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]

    return change


def _nest(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = [value]
    return value


_NODE = ("nodes", "each")
_CHANGES: dict[str, tuple[Callable[[Data], object], str]] = {
    # the shape
    "unknown format": (_set("skep", to=2), "/skep"),
    "format as a text": (_set("skep", to="1"), "/skep"),
    "no app": (_remove("app"), ""),
    "no nodes": (_remove("nodes"), ""),
    "nodes as a list": (_set("nodes", to=[]), "/nodes"),
    "unknown section": (_set("scripts", to=["rm -rf /"]), "/scripts"),
    "unknown mode": (_set("app", "mode", to="agent"), "/app/mode"),
    "empty name": (_set("app", "name", to=""), "/app/name"),
    "node as a text": (_set(*_NODE, to="iteration"), "/nodes/each"),
    "type as a number": (_set(*_NODE, "type", to=7), "/nodes/each/type"),
    "unknown field of a node": (_set(*_NODE, "exec", to="x"), "/nodes/each/exec"),
    "settings as a list": (_set(*_NODE, "settings", to=[]), "/nodes/each/settings"),
    "malformed id": (_set("nodes", "a b", to={"type": "end"}), "/nodes/a b"),
    "edge as a text": (_add("edges", item="start > end"), "/edges/6"),
    "edge without an end": (_add("edges", item={"from": "start"}), "/edges/6"),
    "position of one number": (_set("layout", to={"end": [1]}), "/layout/end"),
    "retry a million times": (
        _set("nodes", "http", "retry", to={"attempts": 1_000_000}), "/nodes/http/retry/attempts"),
    "time-out below zero": (_set("nodes", "http", "timeout_s", to=-1), "/nodes/http/timeout_s"),
    "no steps allowed": (_set("limits", to={"steps": 0}), "/limits/steps"),
    "variable of no type": (_add("environment", item={"name": "X", "type": "list"}),
                            "/environment/2/type"),
    "deep nesting": (_set(*_NODE, "settings", "items", to=_nest(70)), ""),
    # node types and settings
    "unknown node type": (_set(*_NODE, "type", to="iterration"), "/nodes/each/type"),
    "unknown version": (_set(*_NODE, "version", to=9), "/nodes/each/version"),
    "misspelt setting": (_set(*_NODE, "settings", "itmes", to=[]), "/nodes/each/settings/itmes"),
    "setting of another type": (_set(*_NODE, "settings", "parallel", to="many"),
                                "/nodes/each/settings/parallel"),
    "setting beyond its limit": (_set("nodes", "again", "settings", "max_rounds", to=10**9),
                                 "/nodes/again/settings/max_rounds"),
    "condition without an operator": (
        _set("nodes", "route", "settings", "cases", 0, "conditions", 0, to={"left": 1}),
        "/nodes/route/settings/cases/0/conditions/0"),
    "unknown operator": (
        _set("nodes", "route", "settings", "cases", 0, "conditions", 0, "op", to="matches"),
        "/nodes/route/settings/cases/0/conditions/0/op"),
    "template with a name nobody gives": (
        _set("nodes", "inner", "settings", "template", to="{{ secret }}"),
        "/nodes/inner/settings/template"),
    "template that is none": (_set("nodes", "inner", "settings", "template", to="{% for %}"),
                              "/nodes/inner/settings/template"),
    "address of a file": (_set("nodes", "http", "settings", "url", to="file:///etc/passwd"),
                          "/nodes/http/settings/url"),
    "default of an unknown output": (
        lambda d: d["nodes"]["http"].update(on_failure="defaults", defaults={"nothing": 1}),
        "/nodes/http/defaults/nothing"),
    "secret with its value": (_set("environment", 0, "value", to="hunter2"),
                              "/environment/0/value"),
    "variable twice": (_add("environment", item={"name": "N", "type": "number"}),
                       "/environment/2/name"),
    # edges and order
    "dangling edge": (_add("edges", item={"from": "http", "to": "nowhere"}), "/edges/6/to"),
    "edge from nowhere": (_add("edges", item={"from": "nowhere", "to": "end"}), "/edges/6/from"),
    "unknown port": (_add("edges", item={"from": "route.huge", "to": "end"}), "/edges/6/from"),
    "same edge twice": (_add("edges", item={"from": "http", "to": "end"}), "/edges/6"),
    "cycle": (_add("edges", item={"from": "http", "to": "each"}), "/edges/6"),
    "edge to itself": (_add("edges", item={"from": "http", "to": "http"}), "/edges/6"),
    "node nobody leads to": (_set("nodes", "lost", to={"type": "template", "settings": {
        "template": "x"}}), "/nodes/lost"),
    "second start": (lambda d: (d["nodes"].update(begin={"type": "start"}),
                                d["edges"].append({"from": "begin", "to": "end"})),
                     "/nodes/begin"),
    "no start": (lambda d: d["nodes"].__setitem__("start", {"type": "template", "settings": {
        "template": "x"}}), "/nodes"),
    "nothing after an end": (_add("edges", item={"from": "end", "to": "http"}), "/edges/6/from"),
    "failure edge that is missing": (_set("nodes", "http", "on_failure", to="edge"),
                                     "/nodes/http/on_failure"),
    # containers
    "container in itself": (_set(*_NODE, "parent", to="each"), "/nodes/each/parent"),
    "containers in each other": (
        lambda d: (d["nodes"]["each"].update(parent="again"),
                   d["nodes"]["again"].update(parent="each")), "/nodes/each/parent"),
    "container that is none": (_set("nodes", "inner", "parent", to="http"), "/nodes/inner/parent"),
    "unknown container": (_set("nodes", "inner", "parent", to="eahc"), "/nodes/inner/parent"),
    "empty container": (lambda d: (d["nodes"].pop("count")), "/nodes/again"),
    "edge across a border": (_add("edges", item={"from": "start", "to": "inner"}), "/edges/6"),
    "edge out of a container": (_add("edges", item={"from": "inner", "to": "end"}), "/edges/6"),
    "end inside of a container": (_set("nodes", "finish", to={"type": "end", "parent": "each"}),
                                  "/nodes/finish/parent"),
    "break outside of a container": (
        lambda d: (d["nodes"].update({"out": {"type": "loop-break"}}),
                   d["edges"].append({"from": "start", "to": "out"})), "/nodes/out"),
    "container with retries": (_set(*_NODE, "retry", to={"attempts": 2}), "/nodes/each/retry"),
    # references
    "reference to nothing": (_set("nodes", "end", "settings", "outputs", "all", to="{{x.y}}"),
                             "/nodes/end/settings/outputs/all"),
    "reference to an unknown output": (
        _set("nodes", "end", "settings", "outputs", "all", to="{{each.outptu}}"),
        "/nodes/end/settings/outputs/all"),
    "reference out of a container": (
        _set("nodes", "end", "settings", "outputs", "all", to="{{inner.text}}"),
        "/nodes/end/settings/outputs/all"),
    "item outside of its rounds": (
        _set("nodes", "end", "settings", "outputs", "all", to="{{each.item}}"),
        "/nodes/end/settings/outputs/all"),
    "reference to what comes later": (_set(*_NODE, "settings", "items", to="{{http.json}}"),
                                      "/nodes/each/settings/items"),
    "reference to itself": (_set("nodes", "http", "settings", "url", to="https://{{http.body}}"),
                            "/nodes/http/settings/url"),
    "unknown variable": (_set("nodes", "http", "settings", "url", to="https://{{env.NOPE}}"),
                         "/nodes/http/settings/url"),
    "change of a variable of another loop": (
        _set("nodes", "count", "settings", "changes", 0, "target", to="each.n"),
        "/nodes/count/settings"),
    "arithmetic on what is no number": (
        _set("nodes", "again", "settings", "variables", 0, to={"name": "n", "type": "string"}),
        "/nodes/count/settings"),
}  # fmt: skip

_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(12)
)
_FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", ""),
    "noise": (bytes(range(128, 256)), ""),
    "broken yaml": (b"skep: 1\napp: {name: [", "/app/name"),
    "key twice": (b"skep: 1\nskep: 1\n", ""),
    "node id twice": (b"skep: 1\nnodes:\n  a: {type: end}\n  a: {type: end}\n", "/nodes"),
    "two documents": (b"skep: 1\n---\nskep: 1\n", ""),
    "anchors": (b"skep: &x 1\napp: *x\n", "/skep"),
    "bomb": (_BOMB.encode(), "/a"),
    "tag": (b"skep: !!python/object/apply:os.system [id]\n", "/skep"),
    "deep yaml": (b"skep: " + b"[" * 5_000, "/skep"),
    "control characters": (b'skep: 1\napp: {name: "\x01"}\n', ""),
    "ten megabytes": (b"skep: 1\n# " + b"x" * 10_000_000, ""),
    "not a number": (b"skep: .nan\n", "/skep"),
    "a list": (b"- skep: 1\n", ""),
}  # fmt: skip


def bad_documents() -> Iterator[BadDocument]:
    """Yield all of them, each with one fault of its own."""
    for name, (change, pointer) in _CHANGES.items():
        data = copy.deepcopy(sound())
        change(data)
        content = yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode()
        yield BadDocument(name, content, pointer)
    for name, (content, pointer) in _FILES.items():
        yield BadDocument(name, content, pointer)

"""Templates give texts, errors give lines, and nothing a template does costs more than a moment."""

import time
from typing import Any

import pytest

from skep_contracts.problems import InvalidInput, TooLarge
from skep_node_template.growth import cannot_grow
from skep_node_template.settings import TemplateSettings
from skep_node_template.template import TemplateNode, check_template
from skep_testing.conformance.nodes import FakeNodeContext

NESTING = (
    "{% set ns = namespace(x=[1]) %}"
    "{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
)
SUM = (
    "{% set total = namespace(v=0) %}"
    "{% for r in rows %}{% set total.v = total.v + r.id %}{% endfor %}{{ total.v }}"
)
DOUBLING = (
    "{% set ns = namespace(x='ab') %}"
    "{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x|length }}"
)
PHOTO = {
    "$file": {
        "id": "file_1",
        "name": "cat.png",
        "mime_type": "image/png",
        "size_bytes": 1,
        "blob": "b",
    }
}


def render(template: str, **inputs: Any) -> str:
    settings = TemplateSettings(template=template, inputs=inputs)
    check_template(settings)
    return str(TemplateNode().evaluate(FakeNodeContext(), settings).outputs["text"])


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ name }}", "Ada <b>"),
        ("{% if n > 2 %}many{% else %}few{% endif %}", "many"),
        ("{{ rows|map(attribute='id')|join('-') }}", "1-2"),
        (SUM, "3"),
        ("{{ nothing.a.b }}|{{ nothing or 'none' }}", "|none"),
        ("{{ photo.name }} {{ photos[0].mime_type }}", "cat.png image/png"),
        ("{{ '{{' }} {# gone #}{% raw %}{{ kept }}{% endraw %}", "{{ {{ kept }}"),
        ("{{ n * 2 }} {{ name.upper() }} {{ rows|tojson }}", '6 ADA <B> [{"id": 1}, {"id": 2}]'),
    ],
)
def test_template_renders(template: str, text: str) -> None:
    inputs = {
        "name": "Ada <b>",
        "n": 3,
        "rows": [{"id": 1}, {"id": 2}],
        "nothing": None,
        "photo": PHOTO,
        "photos": [PHOTO],
    }

    assert render(template, **inputs) == text


def test_failure_names_the_line() -> None:
    with pytest.raises(InvalidInput) as failure:
        render("one\ntwo\n{{ n / 0 }}", n=1)

    assert failure.value.exact_code == "template_failed"
    assert failure.value.errors[0].message.startswith("line 3: ")


def test_name_that_nobody_gives_is_refused_with_a_hint() -> None:
    with pytest.raises(InvalidInput) as refusal:
        render("{{ nmae }} {{ range(3) }}", name="Ada")

    assert [error.message for error in refusal.value.errors] == [
        "`nmae` is not among the inputs; did you mean `name`?"
    ]


@pytest.mark.parametrize(
    "template",
    [
        NESTING + "{{ ns.x }}",
        NESTING + "{{ ns.x|tojson|length }}",
        NESTING.replace("[ns.x, ns.x]", "ns.x + ns.x") + "{{ ns.x|length }}",
        "{{ ([1] * 100000000)|tojson }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        DOUBLING,
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for i in range(9000) %}{% if n|items %}{% endif %}{% endfor %}",
    ],
)
def test_template_that_runs_wild_is_stopped(template: str) -> None:
    begin = time.monotonic()

    with pytest.raises(InvalidInput):
        render(template, n={str(i): i for i in range(100_000)} if "|items" in template else 1)

    assert time.monotonic() - begin < 10
    assert render("{{ n * 2 }}", n=2) == "4", "the next template is served"


@pytest.mark.parametrize(
    "template",
    [
        "Hello {{ name|upper }}!",
        "{% for x in rows %}{{ loop.index }} {{ x.a[0]['b'] }}{% else %}-{% endfor %}",
        "{% if not (a and b == 'x') or c|length > 3 %}{{ d|default('-') }}{% endif %}",
        "{{ (a + b) / 2 - 1 }} {{ range(3)|join(', ') }} {{ a ~ b }}",
    ],
)
def test_template_that_only_reads_is_rendered_here(template: str) -> None:
    assert cannot_grow(template)


@pytest.mark.parametrize(
    "template",
    [
        "{% set x = 1 %}",
        "{{ [a, a] }}",
        "{{ {'a': a} }}",
        "{{ a * 9 }}",
        "{{ a ** 9 }}",
        "{{ a.b() }}",
        "{{ a|list }}",
        "{% for x in [1] %}{% endfor %}",
        "{% for x in a recursive %}{{ loop(x) }}{% endfor %}",
        "{% macro m() %}{% endmacro %}",
        "{{ a",
        "{{ a if [1] else b }}",
        "{{ `a` }}",
    ],
)
def test_template_that_may_build_values_is_confined(template: str) -> None:
    assert not cannot_grow(template)


def test_long_inputs_are_rendered_behind_the_wall() -> None:
    begin = time.monotonic()
    loops = "{% for i in range(50000) %}{% if a == b %}{% endif %}{% endfor %}done"

    with pytest.raises(InvalidInput):
        render(loops, a="x" * 3_000_000, b="x" * 3_000_000)

    assert time.monotonic() - begin < 10


def test_text_is_bounded() -> None:
    with pytest.raises((TooLarge, InvalidInput)):
        render("{{ a }}{{ a }}{{ a }}", a="x" * 1_000_000)


def test_other_templates_and_debugging_are_out_of_reach() -> None:
    with pytest.raises(InvalidInput, match="non-existing"):
        render("{% include '/etc/passwd' %}")
    with pytest.raises(InvalidInput, match="not among its inputs"):
        render("{{ debug() }}")

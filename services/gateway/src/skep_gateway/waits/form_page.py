"""The page on which people answer a form. It works without a script, and shows text as text."""

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.responses import Response

from skep_contracts.form_fields.field import FormField
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.values import to_text
from skep_contracts.waits.forms import Form, FormAction
from skep_gateway.waits.markdown import to_html
from skep_gateway.web.body import refuse_nul

_PREFIX: Final = "field."
_MOST_VALUES: Final = 3_000
_STYLE: Final = """
:root{color-scheme:light dark}
body{font:17px/1.55 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}
article{overflow-wrap:anywhere}pre{overflow:auto;padding:.7rem;border:1px solid #8886}
blockquote{margin-left:0;padding-left:1rem;border-left:3px solid #8886}
.field{margin:1.4rem 0}label,legend{font-weight:600;display:block;margin-bottom:.25rem}
fieldset{border:0;margin:0;padding:0}fieldset label,.tick{font-weight:400;display:block}
.hint{color:#666;margin:.1rem 0 .35rem}.fault{color:#b00020;margin:.3rem 0 0}
input:not([type=checkbox]),textarea,select{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;
border:1px solid #888;border-radius:4px}textarea{min-height:8rem}
[aria-invalid=true]{border-color:#b00020}
button{font:inherit;padding:.6rem 1.2rem;margin:.3rem .6rem .3rem 0;border-radius:4px;
border:1px solid #888;cursor:pointer}.primary{background:#0b5cad;color:#fff;border-color:#0b5cad}
.danger{background:#b00020;color:#fff;border-color:#b00020}.quiet{border-color:transparent}
:focus-visible{outline:3px solid #e6a100;outline-offset:2px}
.summary{border:2px solid #b00020;padding:.2rem 1rem;margin:1.4rem 0}
@media(prefers-color-scheme:dark){.hint{color:#aaa}.fault{color:#ff8a80}}
"""
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_INPUTS: Final = {"number": "number", "date": "date"}
_EXAMPLES: Final = {"datetime": "2026-03-31T09:30:00Z", "object": '{"name": "value"}'}


def ask(
    form: Form,
    *,
    values: Mapping[str, Any] | None = None,
    faults: Sequence[FieldError] = (),
) -> Response:
    """Return the page with the form; `values` and `faults` of an answer that did not fit."""
    by_field: dict[str, list[str]] = {}
    for fault in faults:
        name = fault.pointer.removeprefix("/fields/").partition("/")[0]
        by_field.setdefault(name, []).append(fault.message)
    shown = {field.name: field.default for field in form.fields} if values is None else values
    rows = "".join(
        _row(field, shown.get(field.name), by_field.get(field.name, ())) for field in form.fields
    )
    buttons = "".join(_button(action) for action in form.actions)
    content = (
        f"<article>{to_html(form.content)}</article>{_summary(form, by_field)}"
        f'<form method="post" accept-charset="utf-8">{rows}<p>{buttons}</p></form>'
    )
    return _page("Your answer is needed", content, status=422 if faults else 200)


def tell(title: str, text: str, *, status: int = 200) -> Response:
    """Return a page that says one thing."""
    return _page(title, f'<p role="status">{html.escape(text)}</p>', status=status)


def _page(title: str, content: str, *, status: int) -> Response:
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    )
    return Response(
        document,
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": _POLICY},
    )


def _summary(form: Form, faults: Mapping[str, Sequence[str]]) -> str:
    if not faults:
        return ""
    labels = {field.name: field.label or field.name for field in form.fields}
    items = "".join(
        f'<li><a href="#f-{html.escape(name)}">{html.escape(labels.get(name, ""))}</a> '
        f"{html.escape(message)}</li>"
        for name, messages in faults.items()
        for message in messages
    )
    return (
        f'<div class="summary" role="alert"><p>Please look at this again:</p><ul>{items}</ul></div>'
    )


def _button(action: FormAction) -> str:
    label = html.escape(action.label or action.id)
    return f'<button name="action" value="{action.id}" class="{action.style}">{label}</button>'


def _row(field: FormField, value: Any, faults: Sequence[str]) -> str:
    name = field.name  # letters, digits and _
    hint = f'<p class="hint" id="h-{name}">{html.escape(field.description)}</p>'
    fault = f'<p class="fault" id="e-{name}">{html.escape("; ".join(faults))}</p>'
    described = [
        *([f"h-{name}"] if field.description else []),
        *([f"e-{name}"] if faults else []),
    ]
    about = f' aria-describedby="{" ".join(described)}"' if described else ""
    about += ' aria-invalid="true"' if faults else ""
    label = html.escape(field.label or name)
    if field.required:
        label += " <span>(required)</span>"
    parts = (hint if field.description else "") + _control(field, value, about)
    parts += fault if faults else ""
    if field.type == "multi-select":
        inside = f'<fieldset id="f-{name}"{about}><legend>{label}</legend>{parts}</fieldset>'
    elif field.type == "checkbox":
        tick = f'<input type="checkbox" id="f-{name}" name="{_PREFIX}{name}" value="true"'
        tick += " checked" if value is True else ""
        inside = f'<label class="tick" for="f-{name}">{tick}{about}> {label}</label>'
        inside += (hint if field.description else "") + (fault if faults else "")
    else:
        inside = f'<label for="f-{name}">{label}</label>{parts}'
    return f'<div class="field">{inside}</div>'


def _control(field: FormField, value: Any, about: str) -> str:
    named = f'id="f-{field.name}" name="{_PREFIX}{field.name}"{about}'
    required = " required" if field.required else ""
    text = html.escape("" if value is None else to_text(value))
    example = field.placeholder or _EXAMPLES.get(field.type, "")
    hold = f' placeholder="{html.escape(example)}"' if example else ""
    limit = f' maxlength="{field.max_length}"' if field.max_length is not None else ""
    match field.type:
        case "paragraph" | "object":
            # HTML drops a line break that follows the tag.
            return f"<textarea {named}{required}{hold}{limit}>\n{text}</textarea>"
        case "select":
            chosen = [*([] if field.required and value is not None else [""]), *field.options]
            return f"<select {named}{required}>{_options(chosen, value)}</select>"
        case "multi-select":
            return _ticks(field, value)
        case "file" | "files":
            return f"<p {named}>A file can only be given through the API.</p>"
        case kind:
            bounds = "".join(
                f' {key}="{bound}"'
                for key, bound in (("min", field.min), ("max", field.max))
                if bound is not None
            )
            step = ' step="any"' if kind == "number" else ""
            input_type = _INPUTS.get(kind, "text")
            return (
                f'<input type="{input_type}" value="{text}" {named}{required}{hold}{limit}'
                f"{bounds}{step}>"
            )


def _options(options: Sequence[str], value: Any) -> str:
    return "".join(
        f'<option value="{html.escape(option)}"{" selected" if option == value else ""}>'
        f"{html.escape(option)}</option>"
        for option in options
    )


def _ticks(field: FormField, value: Any) -> str:
    ticked = value if isinstance(value, list) else []
    return "".join(
        f'<label><input type="checkbox" name="{_PREFIX}{field.name}" '
        f'value="{html.escape(option)}"{" checked" if option in ticked else ""}> '
        f"{html.escape(option)}</label>"
        for option in field.options
    )


def read_form(form: Form, body: bytes) -> dict[str, Any]:
    """Return the answer in a body that a browser sent: ``{"action": …, "fields": {…}}``.

    Raises:
        InvalidInput: It is no such body.
    """
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_MOST_VALUES, errors="strict"
        )
    except ValueError:
        raise InvalidInput("The form could not be read.", code="malformed_form") from None
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    refuse_nul(given)
    fields = {}
    for field in form.fields:
        values = given.get(_PREFIX + field.name, [])
        if field.type not in {"file", "files"}:
            fields[field.name] = _value(field, values)
    return {"action": given.get("action", [""])[0], "fields": fields}


def _value(field: FormField, values: list[str]) -> Any:
    """Return what was entered; the form itself knows what its texts mean."""
    match field.type:
        case "checkbox":
            return bool(values)
        case "multi-select":
            return values
        case _:
            return values[0].replace("\r\n", "\n") if values else None

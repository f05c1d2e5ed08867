"""Jinja of the source, which is MiniJinja's here."""

from typing import Any

from skep_importer_dify.meaning.bench import Converted
from skep_importer_dify.source.places import Place


def jinja(place: Place, inputs: dict[str, Any]) -> Converted:
    """Return a template node for Jinja text; names that nobody gives are empty, as over there."""
    text = place.text()
    for name in _undeclared(text, place) - inputs.keys():
        place.part.changed(place.pointer, f"nobody gives `{name:.60}`, so it is empty")
        inputs[name] = ""
    settings: dict[str, Any] = {"inputs": inputs} if inputs else {}
    return Converted("template", {**settings, "template": text})


def _undeclared(text: str, place: Place) -> set[str]:
    import minijinja

    environment = minijinja.Environment()
    try:
        names = set(environment.undeclared_variables_in_str(text))
    except minijinja.TemplateError as error:
        reason = str(error.message or error).partition("\n")[0]
        place.part.changed(place.pointer, f"is no Jinja as it is read here: {reason:.200}")
        return set()
    return names - set(environment.globals)

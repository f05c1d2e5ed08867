"""Whether inputs fit an app's start form, by asking the start node itself.

The node is pure, so asking it here and running it there give the same answer, and the gateway needs
to know nothing of forms.
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec

from skep_contracts.decoding import convert
from skep_contracts.form_fields.field import FormField
from skep_contracts.form_fields.schema import form_schema
from skep_contracts.graph import Node, WorkflowDocument
from skep_contracts.plugins.nodes import NodeDescription, PureNode
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, SkepError, Unavailable
from skep_contracts.references import render_text, render_value
from skep_contracts.values import Value, check_value
from skep_runtime.plugins import PluginHost

_MAX_FORMS: Final = 512
_PREFIX: Final = "/inputs"
_log = logging.getLogger(__name__)


class _Form(msgspec.Struct, frozen=True):
    node_id: str
    settings: Any
    runner: PureNode[Any]


def _nothing(_root: str) -> None:
    """Look up what is decided before the start: nothing."""


class _FormContext:
    """Implements `PureContext` for a node before which nothing is decided."""

    def __init__(self, node_id: str, inputs: Mapping[str, Value]) -> None:
        self.node_id = node_id
        self.inputs = inputs

    def value(self, template: Value) -> Value:
        """Resolve references: there is nothing to refer to yet."""
        return render_value(template, _nothing)

    def text(self, template: str) -> str:
        """Render a text: there is nothing to refer to yet."""
        return render_text(template, _nothing)


class StartForms:
    """Keeps the start nodes of documents ready, by content hash."""

    def __init__(self, plugins: PluginHost) -> None:
        """Use the node types that `plugins` offers; what it reloads is built anew."""
        self._plugins = plugins
        self._forms: OrderedDict[tuple[str, int], _Form] = OrderedDict()

    def check(self, version: str, document: WorkflowDocument, inputs: dict[str, Any]) -> None:
        """Pass when a run may begin with these inputs.

        Args:
            version: The document's content hash.
            document: What would run.
            inputs: As the caller sent them.

        Raises:
            InvalidInput: They do not fit; pointers begin with ``/inputs``.
            TooLarge: They are larger than a run may carry.
            Unavailable: The start node's type is not installed any more.
            ProviderFailed: The node type itself failed.
        """
        check_value(inputs, pointer=_PREFIX)
        form = self._form(version, document)
        try:
            form.runner.evaluate(_FormContext(form.node_id, inputs), form.settings)
        except InvalidInput as error:
            raise InvalidInput(
                error.detail,
                errors=[
                    FieldError(pointer=_PREFIX + fault.pointer, message=fault.message)
                    for fault in error.errors
                ],
                code=error.exact_code,
            ) from error
        except SkepError:
            raise
        except Exception as error:
            _log.exception("start node failed", extra={"node": form.node_id})
            raise ProviderFailed(
                "The node type of the app's start failed on these inputs; the log says how.",
                code="node_type_failed",
            ) from error

    def schema(self, version: str, document: WorkflowDocument) -> dict[str, Any]:
        """Return the form as a JSON Schema; an object of anything when the start has no fields.

        Raises:
            Unavailable: The start node's type is not installed any more.
        """
        return form_schema(self.fields(version, document))

    def fields(self, version: str, document: WorkflowDocument) -> list[FormField]:
        """Return the form's fields; none when the start has no form.

        Raises:
            Unavailable: The start node's type is not installed any more.
        """
        fields = getattr(self._form(version, document).settings, "fields", ())
        return [field for field in fields if isinstance(field, FormField)]

    def _form(self, version: str, document: WorkflowDocument) -> _Form:
        key = (version, self._plugins.generation)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._build(document)
            while len(self._forms) > _MAX_FORMS:
                self._forms.popitem(last=False)
        return form

    def _build(self, document: WorkflowDocument) -> _Form:
        node_id, node, description = self._start(document)
        return _Form(
            node_id=node_id,
            settings=convert(node.settings, description.settings),
            runner=cast(
                "PureNode[Any]", description.factory(self._plugins.context(description.type))
            ),
        )

    def _start(self, document: WorkflowDocument) -> tuple[str, Node, NodeDescription]:
        for node_id, node in document.nodes.items():
            description = self._plugins.nodes.get((node.type, node.version))
            if description is not None and description.role == "start":
                return node_id, node, description
        raise Unavailable(
            "The node type that the app starts with is not installed.", code="unknown_node_type"
        )

"""Renders a Jinja template with a fuel limit."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_template.settings import TemplateSettings
from skep_node_template.template import TemplateNode, check_template


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``template``."""
    return [
        NodeDescription(
            type="template",
            title="Template",
            description="Renders a text from values with a Jinja template.",
            category="transform",
            icon="template",
            settings=TemplateSettings,
            outputs=lambda _: (OutputSpec(name="text", type="string"),),
            raw_fields=frozenset({"template"}),
            check=check_template,
            factory=lambda _: TemplateNode(),
        )
    ]

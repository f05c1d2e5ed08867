"""Puts a text into one of several classes and takes that class's edge."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec, Runner
from skep_node_question_classifier.declaring import check
from skep_node_question_classifier.settings import ClassifierSettings


def _build() -> Runner:
    from skep_node_question_classifier.node import ClassifierNode

    return ClassifierNode()


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``question-classifier``."""
    return [
        NodeDescription(
            type="question-classifier",
            title="Question classifier",
            description="Lets a model choose the class a text belongs to, and takes its edge.",
            category="model",
            icon="split",
            effect="repeatable",
            settings=ClassifierSettings,
            outputs=lambda _: (
                OutputSpec(name="class_id", type="string"),
                OutputSpec(name="class_name", type="string"),
                OutputSpec(
                    name="is_certain",
                    type="boolean",
                    description="False when the model named no class, and the first was taken.",
                ),
                OutputSpec(name="usage", type="object", description="Tokens of all calls."),
            ),
            ports=lambda settings: tuple(each.id for each in settings.classes),
            check=check,
            factory=lambda _: _build(),
        )
    ]

"""What the user reads, streamed as it is decided."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_answer.answer import AnswerNode, AnswerSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``answer``."""
    return [
        NodeDescription(
            type="answer",
            title="Answer",
            description="Shows a text to the user, each part as soon as it is known.",
            category="flow",
            icon="message",
            role="answer",
            settings=AnswerSettings,
            outputs=lambda _: (
                OutputSpec(name="text", type="string"),
                OutputSpec(
                    name="files", type="array[file]", description="That the text refers to."
                ),
            ),
            answer_field="text",
            factory=lambda _: AnswerNode(),
        )
    ]

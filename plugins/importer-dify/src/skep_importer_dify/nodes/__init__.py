"""Node types of the source, each as one of ours."""

from typing import Final

from skep_importer_dify.meaning.bench import Converter
from skep_importer_dify.nodes import containers, flow, models, outside, people, values

CONVERTERS: Final[dict[str, Converter]] = {
    "start": flow.start,
    "trigger-webhook": flow.trigger,
    "trigger-schedule": flow.trigger,
    "trigger-plugin": flow.trigger,
    "end": flow.end,
    "answer": flow.answer,
    "if-else": flow.if_else,
    "llm": models.llm,
    "question-classifier": models.question_classifier,
    "parameter-extractor": models.parameter_extractor,
    "agent": models.agent,
    "code": values.code,
    "template-transform": values.template,
    "variable-aggregator": values.aggregator,
    "assigner": values.assigner,
    "list-operator": values.list_operator,
    "document-extractor": values.document_extractor,
    "iteration": containers.iteration,
    "loop": containers.loop,
    "loop-end": containers.loop_end,
    "http-request": outside.http_request,
    "tool": outside.tool,
    "knowledge-retrieval": outside.knowledge,
    "human-input": people.human_input,
}
KNOWN: Final = frozenset(CONVERTERS)

"""Reads a file, chooses how to translate it, and hands back a document with a report."""

import re
from typing import Any, Final

from skep_contracts.graph import WorkflowDocument
from skep_contracts.plugins.importers import Exported, Imported, Installed
from skep_contracts.problems import FieldError, InvalidInput, SkepError
from skep_importer_dify.app import (
    app_info,
    conversation,
    environment,
    report_dependencies,
    report_features,
    report_sources,
)
from skep_importer_dify.document import build
from skep_importer_dify.meaning.bench import Bench
from skep_importer_dify.meaning.references import References
from skep_importer_dify.nodes import KNOWN
from skep_importer_dify.simple_apps import simple_app
from skep_importer_dify.source.graph import read_graph
from skep_importer_dify.source.places import Place, Report
from skep_importer_dify.source.pruning import prune
from skep_importer_dify.source.reading import read_source

NEWEST: Final = (0, 6)
OLDEST_VERSION: Final = "0.1.0"
CODE: Final = "invalid_source"
SIMPLE_MODES: Final = frozenset({"chat", "completion", "agent-chat"})
GRAPH_MODES: Final = frozenset({"advanced-chat", "workflow"})
_VERSION: Final = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?:[-+.][0-9A-Za-z.-]{1,40})?\Z")
_OTHER_KINDS: Final = {
    "rag_pipeline": "a pipeline that fills a knowledge base, and no app",
    "snippet": "a part of a workflow, and no app",
}


class DifyImporter:
    """Translates Dify's app DSL, of all versions from 0.1 to 0.6."""

    def recognise(self, content: bytes) -> str | None:
        """Return the version and mode of an app, None when this is none."""
        try:
            source = _Source(read_source(content))
            return source.title()
        except SkepError:
            return None

    def convert(self, content: bytes, installed: Installed) -> Imported:
        """Translate an app.

        Raises:
            InvalidInput: It cannot be read, is no app, or has nothing that begins.
            TooLarge: It is too large, or unfolds to too much.
        """
        source = _Source(read_source(content))
        title = source.title()
        document = source.document(installed)
        return Imported(source=title, document=document, report=source.report.finish())

    def export(self, document: WorkflowDocument) -> Exported:
        """Write a document as an app of version 0.6.0."""
        from skep_importer_dify.exporting.exporter import export

        return export(document)


class _Source:
    """A file that is being translated."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.report = Report()
        self.part = self.report.part("", "app")
        self.root = Place(data, "", self.part)
        self.app = self.root.at("app")
        self.mode = self.app.at("mode").text()
        self.version = self.root.at("version").text() or OLDEST_VERSION

    def title(self) -> str:
        """Return what this is.

        Raises:
            InvalidInput: It is no app that can be read.
        """
        kind = self.root.at("kind").text()
        if kind in _OTHER_KINDS:
            raise _refusal("/kind", f"this is {_OTHER_KINDS[kind]}")
        if not isinstance(self.app.value, dict):
            raise _refusal("/app", "there is no `app` section, so this is no app of Dify")
        if self.mode not in SIMPLE_MODES | GRAPH_MODES:
            known = ", ".join(sorted(SIMPLE_MODES | GRAPH_MODES))
            raise _refusal("/app/mode", f"the mode {self.mode!r:.60} is not read; {known} are")
        section = "workflow" if self.mode in GRAPH_MODES else "model_config"
        if not isinstance(self.root.at(section).value, dict):
            raise _refusal(f"/{section}", f"an app of the mode {self.mode} has a `{section}`")
        if not _VERSION.match(self.version):
            raise _refusal("/version", f"{self.version!r:.60} is no version")
        return f"Dify {self.version}, {self.mode}"

    def document(self, installed: Installed) -> dict[str, Any]:
        """Return the document."""
        self._report_version()
        is_graph = self.mode in GRAPH_MODES
        workflow = self.root.at("workflow")
        features = workflow.at("features") if is_graph else self.root.at("model_config")
        report_features(features, self.part)
        report_dependencies(self.root.at("dependencies"), self.report)
        mode = "workflow" if self.mode in {"workflow", "completion"} else "chat"
        document: dict[str, Any] = {
            "skep": 1,
            "app": app_info(self.app, features, mode, self.part),
        }
        if is_graph:
            document |= self._graph_app(workflow, installed)
        else:
            document |= simple_app(features, self.mode, self.report, installed)
        report_sources(features, self.part, document["nodes"])
        return document

    def _graph_app(self, workflow: Place, installed: Installed) -> dict[str, Any]:
        document: dict[str, Any] = {}
        made, env = environment(workflow.at("environment_variables"), self.report)
        if made:
            document["environment"] = made
        made, kept = conversation(workflow.at("conversation_variables"), self.report)
        if made:
            document["conversation"] = made
        return document | self._graph(workflow, {"env": env, "conversation": kept}, installed)

    def _graph(
        self, workflow: Place, variables: dict[str, Any], installed: Installed
    ) -> dict[str, Any]:
        part = self.report.part(f"{workflow.pointer}/graph/edges", "edges")
        part.is_quiet = True
        graph = read_graph(workflow.at("graph"), self.report, part)
        root = prune(graph, KNOWN, part)
        if root is None:
            pointer = f"{workflow.pointer}/graph/nodes"
            raise _refusal(pointer, "there is no start and no trigger, so nothing ever runs")
        references = References(graph, variables)
        is_chat = self.mode == "advanced-chat"
        return build(graph, Bench(graph, references, installed, is_chat=is_chat))

    def _report_version(self) -> None:
        if self.root.at("version").value is None:
            message = f"no version is stated, so it is read as {OLDEST_VERSION}"
            self.part.changed("/version", message)
            return
        found = _VERSION.match(self.version)
        if found and (int(found[1]), int(found[2])) > NEWEST:
            known = ".".join(map(str, NEWEST))
            message = f"{self.version:.40} is newer than {known}, which is what is known here"
            self.part.changed("/version", message)


def _refusal(pointer: str, message: str) -> InvalidInput:
    return InvalidInput(
        f"The file cannot be imported: {message}.",
        errors=[FieldError(pointer=pointer, message=message)],
        code=CODE,
    )

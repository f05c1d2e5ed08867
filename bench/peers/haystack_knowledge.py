"""The files of bench/knowledge.py through Haystack: its converters, splitter and store in memory.

Prints a line of JSON. Vectors are made from a hash of the text, as on the other side.
"""

import contextlib
import hashlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from haystack import Document, Pipeline, component
from haystack.components.converters import (
    CSVToDocument,
    HTMLToDocument,
    MarkdownToDocument,
    PPTXToDocument,
    PyPDFToDocument,
    TextFileToDocument,
)
from haystack.components.converters.docx import DOCXToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import RecursiveDocumentSplitter
from haystack.components.routers import FileTypeRouter
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore

DIMENSIONS = 384
OFFICE = "application/vnd.openxmlformats-officedocument"
CONVERTERS = {
    "text/plain": TextFileToDocument,
    "text/markdown": MarkdownToDocument,
    "text/html": HTMLToDocument,
    "text/csv": CSVToDocument,
    "application/pdf": PyPDFToDocument,
    f"{OFFICE}.wordprocessingml.document": DOCXToDocument,
    f"{OFFICE}.presentationml.presentation": PPTXToDocument,
}


@component
class FreeEmbedder:
    """Gives vectors that cost nothing."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """Return the documents with vectors."""
        for document in documents:
            digest = hashlib.shake_256((document.content or "").encode()).digest(DIMENSIONS)
            vector = np.frombuffer(digest, dtype=np.int8).astype(np.float32)
            document.embedding = (vector / np.linalg.norm(vector)).tolist()
        return {"documents": documents}


def build(store: InMemoryDocumentStore) -> Pipeline:
    """Return the pipeline: route, convert, join, split, embed, write."""
    pipeline = Pipeline()
    extra = {"text/markdown": ".md", "text/csv": ".csv"}
    router = FileTypeRouter(mime_types=list(CONVERTERS), additional_mimetypes=extra)
    pipeline.add_component("router", router)
    pipeline.add_component("joiner", DocumentJoiner())
    for number, (mime_type, converter) in enumerate(CONVERTERS.items()):
        name = f"converter_{number}"
        pipeline.add_component(name, converter())
        pipeline.connect(f"router.{mime_type}", f"{name}.sources")
        pipeline.connect(f"{name}.documents", "joiner.documents")
    splitter = RecursiveDocumentSplitter(
        split_length=1000,
        split_overlap=100,
        split_unit="char",
        separators=["\n\n", "\n", ". ", " "],
    )
    pipeline.add_component("splitter", splitter)
    pipeline.add_component("embedder", FreeEmbedder())
    pipeline.add_component("writer", DocumentWriter(document_store=store))
    for source, target in (
        ("joiner", "splitter"),
        ("splitter", "embedder"),
        ("embedder", "writer"),
    ):
        pipeline.connect(f"{source}.documents", f"{target}.documents")
    return pipeline


def main(folder: str) -> None:
    """Run it over every file of a folder."""
    files = sorted(path for path in Path(folder).iterdir() if path.is_file())
    store = InMemoryDocumentStore()
    pipeline = build(store)
    with contextlib.suppress(AttributeError):
        pipeline.warm_up()
    began, cpu_began = time.perf_counter(), time.process_time()
    pipeline.run({"router": {"sources": files}})
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    sources = {document.meta.get("file_path") for document in store.filter_documents()}
    found = {
        "seconds": seconds,
        "cpu_s": cpu_s,
        "documents": len(sources),
        "chunks": store.count_documents(),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])

"""Holds a document against the installed node types."""

import asyncio
from typing import Final

from skep_contracts.graph import WorkflowDocument
from skep_contracts.graph_check import CheckedDocument, NodeTypes, check_document
from skep_contracts.problems import FieldError, InvalidInput

_QUICK_NODES: Final = 100


async def check_workflow(document: WorkflowDocument, nodes: NodeTypes) -> CheckedDocument:
    """Return the checked document.

    Raises:
        InvalidInput: It cannot run; every fault has a pointer into the document.
    """
    if len(document.nodes) <= _QUICK_NODES:
        return check_document(document, nodes)
    return await asyncio.to_thread(check_document, document, nodes)


async def issues_of(document: WorkflowDocument, nodes: NodeTypes) -> tuple[FieldError, ...]:
    """Return everything that keeps the document from running; nothing when it can."""
    try:
        await check_workflow(document, nodes)
    except InvalidInput as error:
        return error.errors
    return ()

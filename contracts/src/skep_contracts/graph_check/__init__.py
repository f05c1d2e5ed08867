"""The rules of a workflow document: `decode_graph` those of its shape, `check_document` the rest.

Every fault is found in one go, each with a JSON pointer and what to do about it.
"""

from skep_contracts.graph_check.check import check_document
from skep_contracts.graph_check.checked import CheckedDocument, CheckedEdge, CheckedNode, NodeTypes
from skep_contracts.graph_check.decode import decode_graph
from skep_contracts.graph_check.schema import document_schema
from skep_contracts.graph_check.variables import SYSTEM_VARIABLES

__all__ = [
    "SYSTEM_VARIABLES",
    "CheckedDocument",
    "CheckedEdge",
    "CheckedNode",
    "NodeTypes",
    "check_document",
    "decode_graph",
    "document_schema",
]

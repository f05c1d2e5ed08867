"""The one way a workflow document is written as YAML: a change is seen where it was made."""

from skep_contracts.graph_text.order import in_order
from skep_contracts.graph_text.writing import Comments, write_yaml

__all__ = ["Comments", "in_order", "write_yaml"]

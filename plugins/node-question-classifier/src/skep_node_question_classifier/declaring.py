"""What a classifier refuses."""

from collections import Counter

from skep_contracts.plugins.nodes import FAILED
from skep_contracts.problems import FieldError, InvalidInput
from skep_node_question_classifier.settings import ClassifierSettings


def check(settings: ClassifierSettings) -> None:
    """Refuse classes that cannot be told apart.

    Raises:
        InvalidInput: With every fault.
    """
    count = Counter(each.id for each in settings.classes)
    faults = [
        FieldError(pointer=f"/classes/{index}/id", message=message)
        for index, each in enumerate(settings.classes)
        for is_bad, message in (
            (count[each.id] > 1, f"`{each.id}` is the id of several classes"),
            (each.id == FAILED, f"`{FAILED}` is the port of nodes that fail"),
        )
        if is_bad
    ]
    if faults:
        raise InvalidInput("The classes cannot be told apart by their ids.", errors=faults)

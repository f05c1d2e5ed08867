"""One door to every model: providers, retries, limits, usage."""

from skep_inference.calls.estimating import estimated_tokens
from skep_inference.inference import Inference
from skep_inference.scope import AvailableModel, CallReport, CallScope, ResolvedModel
from skep_inference.settings import InferenceSettings

__all__ = [
    "AvailableModel",
    "CallReport",
    "CallScope",
    "Inference",
    "InferenceSettings",
    "ResolvedModel",
    "estimated_tokens",
]

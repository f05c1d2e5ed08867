"""The one way out to whatever a tenant can name."""

from skep_runtime.egress.addresses import AddressPolicy
from skep_runtime.egress.client import EgressClient, EgressSettings, EgressStream

__all__ = ["AddressPolicy", "EgressClient", "EgressSettings", "EgressStream"]

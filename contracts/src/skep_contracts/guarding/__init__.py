"""Which guardrails a workspace has chosen: written by the gateway, read where models are called."""

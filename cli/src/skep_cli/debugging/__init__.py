"""`skep runs fork`, `replay`, `compare`, `nodes` and `verify`."""

from skep_cli.debugging.descending import fork, replay
from skep_cli.debugging.looking import compare, nodes
from skep_cli.debugging.verifying import verify

COMMANDS = (fork, replay, compare, nodes, verify)

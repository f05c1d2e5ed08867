"""The `skep` command. Subcommands are imported when called, so that `--help` is instant."""

import importlib
import sys
from collections.abc import Mapping
from typing import Final

import click

_COMMANDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "up": ("skep_cli.commands.up", "up", "Start everything on this machine."),
    "service": ("skep_cli.commands.serve", "service", "Start one service."),
    "doctor": ("skep_cli.commands.doctor", "doctor", "Tell what is present and what is missing."),
    "run": ("skep_cli.commands.run", "run", "Run a workflow file, a folder or an app."),
    "validate": ("skep_cli.commands.apply", "validate", "Check a workflow file without saving it."),
    "fmt": ("skep_cli.documents.commands", "fmt", "Write documents in one way."),
    "diff": ("skep_cli.documents.commands", "diff", "Tell what differs between two documents."),
    "import": ("skep_cli.documents.commands", "import_", "Bring in an app of another platform."),
    "export": ("skep_cli.documents.commands", "export", "Write an app's document in a format."),
    "schema": ("skep_cli.documents.commands", "schema", "Print the JSON Schema of documents."),
    "apply": ("skep_cli.commands.apply", "apply", "Create or update apps and datasets from files."),
    "apps": ("skep_cli.commands.apps", "apps", "List, show, publish and delete apps."),
    "runs": ("skep_cli.commands.runs", "runs", "List, show, follow and cancel runs."),
    "datasets": ("skep_cli.commands.datasets", "datasets", "Manage datasets and documents."),
    "eval": ("skep_cli.evaluation.commands", "evaluate", "Measure retrieval and answers."),
    "setup": ("skep_cli.commands.access", "setup", "Create the first member, once."),
    "settings": ("skep_cli.workspace.commands", "settings", "Guardrails and routes as files."),
    "keys": ("skep_cli.commands.access", "keys", "Manage API keys."),
    "events": ("skep_cli.commands.events", "events", "Follow public events."),
    "plugin": ("skep_cli.commands.plugin", "plugin", "Write, install and remove plugins."),
    "sandbox": ("skep_cli.commands.sandbox", "sandbox", "Inspect and test the code sandbox."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and help line, and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a working day."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help lines without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skep", prog_name="skep")
def skep() -> None:
    """Build, run and observe LLM applications."""


def main() -> None:
    """Run the command line; exit codes are listed in docs/cli.md."""
    sys.exit(skep(prog_name="skep"))


if __name__ == "__main__":
    main()

"""Type-check every member's sources and tests in one run of mypy.

Each member has a folder called `tests`, so the modules in them share names, and mypy refuses two
modules of one name. Links of different names (`plugins_node_llm_tests`) to those folders tell them
apart; messages name the real files.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINKS = (
    ROOT / ".mypy_cache" / "links"
)  # a lasting place, so that mypy recognises what it has checked
MEMBERS = ("contracts", "runtime", "inference", "testing", "cli", "services/*", "plugins/*")


def link_tests() -> dict[str, Path]:
    """Link every folder of tests; return the real folder by the link's path below the root."""
    LINKS.mkdir(parents=True, exist_ok=True)
    folders = [ROOT / "tests", *(f for member in MEMBERS for f in ROOT.glob(f"{member}/tests"))]
    links: dict[str, Path] = {}
    for folder in folders:
        if not any(folder.rglob("*.py")):
            continue
        relative = folder.relative_to(ROOT)
        link = LINKS / "_".join(relative.parts).replace("-", "_")
        if not link.is_symlink():
            link.symlink_to(folder, target_is_directory=True)
        links[str(link.relative_to(ROOT))] = relative
    return links


def main() -> int:
    """Run mypy; return its exit status."""
    sources = sorted(str(s) for member in MEMBERS for s in ROOT.glob(f"{member}/src"))
    links = link_tests()
    benches = sorted(str(each.relative_to(ROOT)) for each in (ROOT / "bench").glob("*.py"))
    outcome = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--explicit-package-bases",
            *sources,
            *links,
            *benches,
            *sys.argv[1:],
        ],
        cwd=ROOT,
        env=os.environ | {"MYPYPATH": os.pathsep.join([*sources, str(LINKS), str(ROOT / "bench")])},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    output = outcome.stdout
    for link, folder in links.items():
        output = output.replace(f"{link}{os.sep}", f"{folder}{os.sep}")
    sys.stdout.write(output)
    return outcome.returncode


if __name__ == "__main__":
    sys.exit(main())

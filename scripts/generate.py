"""Write what follows from the contracts: schemas, golden files, pages of the documentation.

`--check` writes nothing, lists what is stale and fails when there is any. See scripts/generating.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from generating import events_page, goldens, problems_page, public_names, schemas

ROOT = Path(__file__).resolve().parent.parent


def contents() -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of every generated file."""
    pages = (
        schemas.schemas(),
        events_page.page(),
        problems_page.page(ROOT),
        public_names.page(ROOT),
    )
    for page in pages:
        yield from ((path, text.encode()) for path, text in page)


def leftovers(written: set[str]) -> list[str]:
    """Return schemas of messages that are gone."""
    found = (path.relative_to(ROOT) for path in (ROOT / schemas.FOLDER).rglob("*.schema.json"))
    return sorted(path.as_posix() for path in found if path.as_posix() not in written)


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` report the stale ones; return the exit status."""
    is_check = "--check" in arguments
    files = dict(contents())
    stale = [
        path
        for path, content in (*files.items(), *goldens.missing(ROOT))
        if not (ROOT / path).exists() or (ROOT / path).read_bytes() != content
    ]
    old = leftovers(set(files))
    if not is_check:
        for path, content in (*files.items(), *goldens.missing(ROOT)):
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(content)
        for path in old:
            (ROOT / path).unlink()
        (ROOT / goldens.SUMS).write_text(goldens.sums(ROOT), encoding="utf-8")
        print(f"{len(stale)} written, {len(old)} removed")
        return 0
    sums = ROOT / goldens.SUMS
    if not sums.exists() or sums.read_text(encoding="utf-8") != goldens.sums(ROOT):
        stale.append(f"{goldens.SUMS} (golden files are never edited)")
    for path in (*stale, *old):
        print(f"stale: {path}")
    if stale or old:
        print("Run .venv/bin/python scripts/generate.py and commit what it writes.")
    return 1 if stale or old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Real documents in many formats, from what is installed on the machine: its docs, manuals, books.

Whatever text a machine has, it has in few formats. Files that are there already are taken as they
are; the other formats are written around the same texts.
"""

import email.message
import gzip
import hashlib
import html
import json
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from skep_testing.documents import make_pdf
from skep_testing.zip_documents import (
    make_docx,
    make_epub,
    make_open_document,
    make_pptx,
    make_xlsx,
)

_FEWEST_CHARS: Final = 1_500
_MOST_CHARS: Final = 60_000
_MOST_BYTES: Final = 2_000_000
_NATIVE: Final = {"html": (".html",), "md": (".md",), "csv": (".csv",), "pdf": (".pdf",)}
_TROFF: Final = re.compile(r"\\f[A-Z(\[][A-Z]?\]?|\\[-&|^/,]|\\\([a-z]{2}|\\s[+-]?\d")
_TROFF_TEXT: Final = re.compile(r"^\.(?:SH|SS|B|I|BR|IR|RB|TH|TP|IP)\s+(.*)$")
_UNUSABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


def write_corpus(folder: Path, counts: Mapping[str, int]) -> list[Path]:
    """Write so many documents of each format below `folder`; no two have the same content.

    Where a machine has fewer texts than are wanted, parts of them are taken once more.
    """
    natives = {kind: native_files(*endings) for kind, endings in _NATIVE.items()}
    texts = _endless_texts()
    seen: set[bytes] = set()
    written: list[Path] = []
    for kind, count in counts.items():
        made = 0
        native = natives.get(kind, iter(()))
        while made < count:
            content = next(native, None) or _CONVERTED[kind](*next(texts))
            digest = hashlib.sha256(content).digest()
            if digest in seen:
                continue
            seen.add(digest)
            path = folder / f"{kind}-{made:05}.{kind}"
            path.write_bytes(content)
            written.append(path)
            made += 1
    return written


def roots() -> list[Path]:
    """Return where documentation may lie."""
    found = [Path("/usr/share/doc"), Path(sysconfig.get_path("stdlib"))]
    found += [Path(sys.prefix) / "share", Path(sysconfig.get_path("purelib"))]
    return [root for root in found if root.is_dir()]


def native_files(*endings: str) -> Iterator[bytes]:
    """Yield the content of files of a format, in a fixed order."""
    for root in roots():
        for path in sorted(root.rglob("*")):
            if path.suffix in endings and path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                if _FEWEST_CHARS <= len(content) <= _MOST_BYTES:
                    yield content


def texts() -> Iterator[tuple[str, str]]:
    """Yield titles and texts: notes, changes, licences, manual pages, and Python's own modules."""
    for root, pattern in [*((root, "*") for root in roots()), (Path("/usr/share/man"), "*.gz")]:
        for path in sorted(root.rglob(pattern)) if root.is_dir() else ():
            text = _text_of(path)
            if text is not None and len(text) >= _FEWEST_CHARS:
                yield f"{path.parent.name} {path.name.partition('.')[0]}", text[:_MOST_CHARS]


def _endless_texts() -> Iterator[tuple[str, str]]:
    """Yield every text, then the later parts of each, for as long as anybody asks."""
    for number in cycle(range(1_000_000)):
        for title, text in texts():
            part = text[number * 500 :]
            if len(part) >= _FEWEST_CHARS:
                yield title, part


def _text_of(path: Path) -> str | None:
    """Return what a file says to people; None when it says nothing."""
    names = ("README", "NEWS", "changelog", "copyright", "LICENSE", "METADATA", "TODO", "AUTHORS")
    is_text = path.suffix in {".txt", ".rst", ".py"} or path.name.startswith(names)
    is_packed = path.suffix == ".gz"
    is_manual = is_packed and path.parent.name.startswith("man")
    if not (is_text or is_manual) or path.is_symlink() or not path.is_file():
        return None
    if path.stat().st_size > _MOST_BYTES:
        return None
    try:
        content = gzip.decompress(path.read_bytes()) if is_packed else path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError, EOFError):
        return None
    text = _UNUSABLE.sub("", text)
    return _without_troff(text) if is_manual else text


def _without_troff(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if line.startswith(("'", '.\\"')):
            continue
        if line.startswith("."):
            found = _TROFF_TEXT.match(line)
            lines.append(f"\n{found[1]}" if found else "")
        else:
            lines.append(line)
    return _TROFF.sub("", "\n".join(lines)).replace("\\", "")


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _pages(text: str, size: int) -> list[str]:
    """Return pieces of at most about `size` characters that end with a line."""
    pages: list[str] = [""]
    for line in text.splitlines():
        if len(pages[-1]) > size:
            pages.append("")
        pages[-1] += line[:200] + "\n"
    return pages


def _markdown(title: str, text: str) -> bytes:
    parts = [
        f"## Part {number}\n\n{page}" for number, page in enumerate(_pages(text, 3000), start=1)
    ]
    return "\n\n".join([f"# {title}", *parts]).encode()


def _html(title: str, text: str) -> bytes:
    body = "".join(f"<p>{html.escape(part)}</p>\n" for part in _paragraphs(text))
    head = f"<!doctype html><html><head><title>{html.escape(title)}</title></head>"
    return f"{head}<body><h1>{html.escape(title)}</h1>{body}</body></html>".encode()


def _pdf(title: str, text: str) -> bytes:
    wrapped = "\n".join(line[start : start + 100] for line in text.splitlines()
                        for start in range(0, max(len(line), 1), 100))  # fmt: skip
    lines = wrapped.splitlines()
    return make_pdf(
        [title, *("\n".join(lines[at : at + 55]) or " " for at in range(0, len(lines), 55))]
    )


def _docx(title: str, text: str) -> bytes:
    body = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{_run(title)}</w:p>'
    return make_docx(body + "".join(f"<w:p>{_run(part)}</w:p>" for part in _paragraphs(text)))


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r>'


def _pptx(title: str, text: str) -> bytes:
    def shape(said: str) -> str:
        runs = "".join(
            f"<a:p><a:r><a:t>{html.escape(line)}</a:t></a:r></a:p>" for line in said.splitlines()
        )
        return (
            '<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
            f"<p:txBody><a:bodyPr/>{runs}</p:txBody></p:sp>"
        )

    return make_pptx([shape(f"{title}\n{page}") for page in _pages(text, 800)])


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        [str(number), *(" ".join(line.split()[at : at + 6]) for at in (0, 6, 12))]
        for number, line in enumerate(lines, start=1)
    ]


def _xlsx(title: str, text: str) -> bytes:
    rows = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{html.escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for row in [["number", "first", "second", "third"], *_rows(text)]
    )
    return make_xlsx({"Lines": rows})


def _csv(title: str, text: str) -> bytes:
    rows = [["number", "first", "second", "third"], *_rows(text)]
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\n".join(quoted).encode()


def _epub(title: str, text: str) -> bytes:
    chapters: dict[str, str | bytes] = {
        f"c{number}.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body>'
        f"<h1>Chapter {number}</h1><p>{html.escape(page)}</p></body></html>"
        for number, page in enumerate(_pages(text, 5000), start=1)
    }
    return make_epub(chapters, title=html.escape(title))


def _eml(title: str, text: str) -> bytes:
    message = email.message.EmailMessage()
    message["Subject"] = title
    message["From"] = "author@example.org"
    message["To"] = "reader@example.org"
    message["Date"] = "Thu, 01 Jan 2026 09:00:00 +0000"
    message.set_content(text)
    return message.as_bytes()


def _json(title: str, text: str) -> bytes:
    return json.dumps({"title": title, "parts": _paragraphs(text)}, indent=1).encode()


def _srt(title: str, text: str) -> bytes:
    lines = [title, *(line.strip() for line in text.splitlines() if line.strip())]
    cues = (
        f"{at + 1}\n{_clock(at * 2)},000 --> {_clock(at * 2 + 2)},000\n{line}\n"
        for at, line in enumerate(lines)
    )
    return "\n".join(cues).encode()


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _odt(title: str, text: str) -> bytes:
    body = "".join(f"<text:p>{html.escape(part)}</text:p>" for part in _paragraphs(text))
    return make_open_document("text", f"<text:h>{html.escape(title)}</text:h>{body}")


def _txt(title: str, text: str) -> bytes:
    return text.encode()


_CONVERTED: Final[dict[str, Callable[[str, str], bytes]]] = {
    "txt": _txt,
    "md": _markdown,
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "csv": _csv,
    "epub": _epub,
    "eml": _eml,
    "json": _json,
    "srt": _srt,
    "odt": _odt,
}
FORMATS: Final = tuple(_CONVERTED)


def write_long(folder: Path, kinds: Sequence[str], count: int, size: int) -> list[Path]:
    """Write so many documents of about `size` characters each, many texts joined into one."""
    every = _endless_texts()
    written = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        parts: list[str] = []
        while sum(map(len, parts)) < size:
            parts.append(next(every)[1])
        path = folder / f"long-{number:05}.{kind}"
        path.write_bytes(_CONVERTED[kind](f"Volume {number}", "\n\n".join(parts)))
        written.append(path)
    return written


def some_texts(count: int) -> list[str]:
    """Return so many texts."""
    return [text for _, text in islice(_endless_texts(), count)]

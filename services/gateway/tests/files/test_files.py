"""Files: what goes in comes out, under a clean name, and never as anything but a download."""

import asyncio
import re
import socket
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from services.gateway.tests.stage import OpenRequest, form
from services.gateway.tests.support import (
    Answer,
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    until,
)
from skep_contracts.ids import BlobKey
from skep_contracts.problems import TooLarge
from skep_contracts.topology import StreamSpec
from skep_contracts.values import blob_key
from skep_gateway.files import download, upload
from skep_gateway.files.tables import FileRow
from skep_gateway.files.upload import clean_mime_type, clean_name

PATH = "/api/v1/files"


def post(
    gateway: RunningGateway, data: bytes, kind: str = "multipart/form-data; boundary=b"
) -> Answer:
    return gateway.request("POST", PATH, data=data, content_type=kind)


def test_bytes_come_back_as_they_were(gateway: RunningGateway) -> None:
    content = bytes(range(256)) * 2_000

    made = post(gateway, form(content, kind="image/png"))
    got = gateway.request("GET", f"{PATH}/{made.json()['id']}/content")

    assert made.status == 201
    assert made.json()["size_bytes"] == len(content)
    assert made.json()["mime_type"] == "image/png"
    assert got.body == content
    assert got.headers["content-length"] == str(len(content))
    assert gateway.request("GET", f"{PATH}/{made.json()['id']}").json() == made.json()


def test_page_that_somebody_uploaded_is_not_shown(gateway: RunningGateway) -> None:
    made = post(gateway, form(b"<script>alert(1)</script>", kind="text/html"))

    got = gateway.request("GET", f"{PATH}/{made.json()['id']}/content")

    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (None, "file"),
        (". . .", "file"),
        ("a\r\nSet-Cookie: x=y.txt", "aSet-Cookie: x=y.txt"),
        ("a\0b.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("日本語.txt", "日本語.txt"),
        ("a\ud800.txt", "a.txt"),
        ('a".txt', 'a".txt'),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("." + "x" * 400, "x" * 255),
        ("a." + "x" * 400, "." + "x" * 254),
    ],
)
def test_names_are_bare_printable_and_short(sent: str | None, kept: str) -> None:
    assert clean_name(sent) == kept
    assert len(kept) <= 255


def test_name_cannot_write_headers(gateway: RunningGateway) -> None:
    names = [
        'filename="a%0d%0aSet-Cookie: x=y.txt"',
        'filename="a\\"; filename=\\"evil.html"',
        'filename="a\'; x=y.txt"',
    ]
    for name in names:
        made = post(gateway, form(filename=name))
        assert made.status == 201, name

        got = gateway.request("GET", f"{PATH}/{made.json()['id']}/content")

        assert "set-cookie" not in {header.lower() for header in got.headers}
        written = re.fullmatch(
            r"attachment; filename\*=UTF-8''([A-Za-z0-9._~%-]+)",
            got.headers["content-disposition"],
        )
        assert written is not None, got.headers["content-disposition"]
        assert unquote(written[1]) == made.json()["name"]


@pytest.mark.parametrize(
    ("sent", "name", "kept"),
    [
        ("text/plain; charset=x", "a", "text/plain"),
        ("TEXT/HTML", "a", "text/html"),
        ("", "a.pdf", "application/pdf"),
        ("application/octet-stream", "a.csv", "text/csv"),
        ("nonsense", "a", "application/octet-stream"),
        ("text/plain\r\nx: y", "a", "application/octet-stream"),
        ("a/" + "b" * 100, "a", "application/octet-stream"),
        (None, "a.html", "text/html"),
    ],
)
def test_types_are_types(sent: str | None, name: str, kept: str) -> None:
    assert clean_mime_type(sent, name) == kept


@pytest.mark.parametrize(
    ("data", "kind", "status", "place"),
    [
        (form(b""), "multipart/form-data; boundary=b", 422, "/file"),
        (form(field="other"), "multipart/form-data; boundary=b", 422, "/file"),
        (form(filename=None), "multipart/form-data; boundary=b", 422, "/file"),
        (b"", "multipart/form-data; boundary=b", 422, "/file"),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 422, "/file"),
        (form(), "multipart/form-data", 400, None),
        (form(), "multipart/form-data; boundary=other", 400, None),
        (b"\xff\x00garbage", "multipart/form-data; boundary=b", 400, None),
        (form(), "application/json", 422, None),
        (form(), "text/plain", 422, None),
        (b"file=x", "application/x-www-form-urlencoded", 422, None),
        (
            form(
                more='--b\r\nContent-Disposition: form-data; name="file"; filename="2"\r\n\r\nx\r\n'
            ),
            "multipart/form-data; boundary=b",
            400,
            None,
        ),
        (
            form(b"x", filename=None, field="f" * 70_000),
            "multipart/form-data; boundary=b",
            400,
            None,
        ),
    ],
)
def test_what_is_no_upload_is_refused(
    gateway: RunningGateway, *, data: bytes, kind: str, status: int, place: str | None
) -> None:
    answer = post(gateway, data, kind)

    assert answer.status in {status, 400, 422}, answer.body
    problem = assert_problem(answer, answer.status)
    assert place is None or place in pointers(problem)


def test_file_that_says_it_is_too_large_is_refused_unread(gateway: RunningGateway) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.key}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {upload.MAX_UPLOAD_BYTES + 1}\r\nConnection: close\r\n\r\n"
    )

    assert gateway.raw(head.encode()).startswith(b"HTTP/1.1 413")


def test_file_that_turns_out_too_large_is_not_kept(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "MAX_FILE_BYTES", 100_000)
    content = b"too large for this test" * 10_000

    problem = assert_problem(post(gateway, form(content)), 413, TooLarge.code)

    assert "100000" in problem["detail"].replace(",", "")
    key = BlobKey(blob_key(content))
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    assert not gateway.run(lambda: gateway.gateway.bus.blobs.exists(tenant, key))


def test_upload_that_breaks_off_leaves_no_file(gateway: RunningGateway) -> None:
    before = gateway.run(lambda: count_files(gateway))
    request = OpenRequest(
        gateway, "POST", PATH, Content_Type="multipart/form-data; boundary=b", Expect="x"
    )
    request.leave()

    assert gateway.run(lambda: count_files(gateway)) == before


async def count_files(gateway: RunningGateway) -> int:
    async with gateway.gateway.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(FileRow)) or 0


def stored(gateway: RunningGateway, content: bytes) -> tuple[str, str, BlobKey]:
    """Upload; return the file's id, the tenant and the blob's key."""
    made = post(gateway, form(content)).json()
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    return made["id"], tenant, BlobKey(blob_key(content))


def test_content_that_is_gone_is_a_problem_and_no_empty_file(gateway: RunningGateway) -> None:
    file_id, tenant, key = stored(gateway, b"soon gone")
    gateway.run(lambda: gateway.gateway.bus.blobs.delete(tenant, key))

    assert_problem(gateway.request("GET", f"{PATH}/{file_id}/content"), 404)


def test_damaged_content_never_looks_whole(gateway: RunningGateway) -> None:
    file_id, tenant, key = stored(gateway, b"0123456789" * 40_000)

    async def damage() -> None:
        bus = gateway.gateway.bus
        info = await bus.blobs._info(tenant, key)
        assert info is not None
        subject = f"$O.SKEP_BLOBS.C.{info.nuid}"
        stream = StreamSpec(name="OBJ_SKEP_BLOBS", subjects=())
        *_, last = [message async for message in bus.replay(stream, [subject])]
        delete = {"seq": last.seq, "no_erase": True}
        await bus._jetstream.ask("STREAM.MSG.DELETE.OBJ_SKEP_BLOBS", delete)
        bus.publish_live(subject, last.data[::-1])
        await bus.extent(stream)

    gateway.run(damage)
    request = OpenRequest(gateway, "GET", f"{PATH}/{file_id}/content")
    assert request.is_ended.wait(10)

    head, _, body = request.received.partition(b"\r\n\r\n")
    assert b"content-length: 400000" in head
    assert len(body) < 400_000


def test_client_that_does_not_take_its_file_is_dropped(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SEND_TIMEOUT_S", 0.3)
    file_id, *_ = stored(gateway, b"x" * 30_000_000)

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    before = gateway.run(tasks)
    client = socket.create_connection(("127.0.0.1", gateway.port), timeout=10)
    client.sendall(
        f"GET {PATH}/{file_id}/content HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {gateway.key}\r\n\r\n".encode()
    )

    until(lambda: gateway.run(tasks) > before)
    until(lambda: gateway.run(tasks) <= before, timeout_s=5)
    client.close()


@pytest.mark.parametrize("path", ["", "/content"])
@pytest.mark.parametrize(
    "file_id", ["file_x", "..", "%2e%2e", "x" * 64, "run_01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00"]
)
def test_unknown_files_are_not_found(gateway: RunningGateway, file_id: str, path: str) -> None:
    assert gateway.request("GET", f"{PATH}/{file_id}{path}").status in {400, 404}


def test_files_of_another_tenant_do_not_exist(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    made: Any = post(gateway, form(b"ours alone")).json()

    for path in (f"{PATH}/{made['id']}", f"{PATH}/{made['id']}/content"):
        assert_problem(gateway.request("GET", path, key=stranger.key), 404)


def test_repeated_upload_is_one_file(gateway: RunningGateway) -> None:
    answers = [
        gateway.request(
            "POST",
            PATH,
            data=form(b"once"),
            content_type="multipart/form-data; boundary=b",
            headers={"Idempotency-Key": "upload-1"},
        )
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()

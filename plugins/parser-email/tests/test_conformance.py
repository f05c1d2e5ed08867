"""The parser of emails keeps what every parser promises."""

import base64
from typing import ClassVar

from skep_contracts.plugins.parsers import Block
from skep_testing.conformance.parsers import ParserConformance

PLAIN = b"""From: Ann <ann@example.org>
To: bo@example.org,
 cy@example.org
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= and =?utf-8?b?aG9uZXk=?=
Date: Mon, 4 Mar 2024 10:00:00 +0100
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Hello Bo,

the bees of sp=FCring
are here.

> Are they?
"""
MIXED = b"""Subject: Report
From: ann@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="out er"

Not shown.
--out er
Content-Type: multipart/alternative; boundary=in

--in
Content-Type: text/plain; charset=utf-8

See below.

--in
Content-Type: text/html

<p>See <b>below</b>.
--in--
--out er
Content-Type: application/pdf; name="report.pdf"
Content-Disposition: attachment; filename*=utf-8''bericht%20m%C3%A4rz.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjcKJeLjz9MK
--out er
Content-Type: message/rfc822

From: cy@example.org
Subject: Inner

Words of Cy.
--out er
Content-Type: text/plain; name=notes.txt

Afterwards.
--out er--
Not shown either.
"""
BOX = b"""From ann@example.org Mon Mar  4 10:00:00 2024
From: ann@example.org
Subject: One

>From here on.

From now on, no more.

From bo@example.org Tue Mar  5 10:00:00 2024
From: bo@example.org
Subject: Two

Second.

"""
ATTACHED = base64.encodebytes(b"no text at all, just bytes " * 160_000)


class TestConformance(ParserConformance):
    entry_point = "email"
    parser_name = "email"
    samples: ClassVar = {"plain.eml": PLAIN, "mixed.eml": MIXED, "box.mbox": BOX}
    expected: ClassVar = {
        "plain.eml": (
            Block(text="Grüße and honey", kind="heading", level=1),
            Block(
                text="From: Ann <ann@example.org>\nTo: bo@example.org, cy@example.org\n"
                "Date: Mon, 4 Mar 2024 10:00:00 +0100"
            ),
            Block(text="Hello Bo,"),
            Block(text="the bees of spüring\nare here."),
            Block(text="> Are they?"),
        ),
        "mixed.eml": (
            Block(text="Report", kind="heading", level=1),
            Block(text="From: ann@example.org"),
            Block(text="See below."),
            Block(text="Attachments:\n- bericht märz.pdf (application/pdf)", kind="list"),
            Block(text="Inner", kind="heading", level=2),
            Block(text="From: cy@example.org"),
            Block(text="Words of Cy."),
            Block(text="Afterwards."),
        ),
        "box.mbox": (
            Block(text="One", kind="heading", level=1),
            Block(text="From: ann@example.org"),
            Block(text="From here on."),
            Block(text="From now on, no more."),
            Block(text="Two", kind="heading", level=1),
            Block(text="From: bo@example.org"),
            Block(text="Second."),
        ),
    }
    large = ("large.eml", MIXED.replace(b"JVBERi0xLjcKJeLjz9MK\n", ATTACHED))

"""The parsers of data keep what every parser promises."""

import json
from typing import ClassVar

from skep_contracts.plugins.parsers import Block
from skep_testing.conformance.parsers import ParserConformance

RECORDS = [{"id": n, "tags": ["a", "b"], "name": f"größe {n}"} for n in range(200)]
XML = """<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE c SYSTEM "c.dtd"><c xmlns="urn:x">
<book id="3" lang="en"><title>B\xfccher</title><price currency="EUR">5</price><empty/>
<note>See <b>page</b> 7.</note></book><void/><mark at="9"/>
<book><part><b>bold</b> first</part></book></c>""".encode("latin-1")
SRT = b"""1
00:00:01,000 --> 00:00:02,500
Hello <i>there</i>,

2
00:00:03,000 --> 00:00:04,000
{\\an8}how are
you?

3
00:01:10,500 --> 00:01:12,000
- Later.
"""
VTT = """\ufeffWEBVTT - a talk

STYLE
::cue { color: red }

NOTE not shown

intro
00:01.000 --> 00:04.000 position:10%
<v.loud Ann>Tea &amp; cake?</v>

00:04.500 --> 00:05.000
<v Bo>Cake.

01:00:00.000 --> 01:00:01.000
End
""".encode()
NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "metadata": {"x": [[1]]},
        "cells": [
            {"cell_type": "markdown", "source": ["# Bees #\n", "Make\n", "honey.\n", "\n", "More"]},
            {
                "cell_type": "code",
                "source": "x = 1\n\nx\n",
                "outputs": [{"data": {"image/png": "AAAA" * 100}}],
            },
            {"cell_type": "markdown", "source": "Then\n```python\n# no heading\n```\n### Deep"},
            {"cell_type": "raw", "source": "raw"},
        ],
    }
).encode()


class TestJson(ParserConformance):
    entry_point = "data"
    parser_name = "json"
    samples: ClassVar = {
        "small.json": b'{"b":[1,2,{"c":null}],"a":"gr\\u00f6\\u00dfe","e":{},"f":[]}',
        "records.json": json.dumps(RECORDS).encode(),
        "lines.jsonl": b'{"a": 1, "b": [1,2]}\n\n["x",\n{"y":true}]\n3\n',
        "settings.json": b'\xef\xbb\xbf{ // why\n "a": [1, 2,], /* so */ "b": -1.5e3,\n}',
    }
    expected: ClassVar = {
        "small.json": (
            Block(
                text='{\n  "b": [1, 2,\n    {\n      "c": null\n    }\n  ],\n  "a": "größe",\n'
                '  "e": {},\n  "f": []\n}',
                kind="code",
            ),
        ),
        "lines.jsonl": (Block(text='{"a": 1, "b": [1, 2]}\n["x", {"y": true}]\n3', kind="code"),),
        "settings.json": (Block(text='{\n  "a": [1, 2],\n  "b": -1.5e3\n}', kind="code"),),
    }
    large = ("large.jsonl", b'{"name": "%b", "price": 12.5}\n' % (b"tea " * 50) * 20_000)


class TestXml(ParserConformance):
    entry_point = "data"
    parser_name = "xml"
    samples: ClassVar = {"books.xml": XML, "small.xml": b"<a>words</a>"}
    expected: ClassVar = {
        "books.xml": (
            Block(
                text="c\n  book (id=3, lang=en)\n    title: Bücher\n    price (currency=EUR): 5\n"
                "    note: See page 7.\n  mark (at=9)\n  book\n    part\n      b: bold\n"
                "      first",
                kind="code",
            ),
        ),
        "small.xml": (Block(text="a: words", kind="code"),),
    }
    large = (
        "large.xml",
        b"<c>%b</c>" % (b"<tea><name>%b</name></tea>" % (b"green " * 40) * 17_000),
    )


class TestSubtitles(ParserConformance):
    entry_point = "data"
    parser_name = "subtitles"
    samples: ClassVar = {"film.srt": SRT, "talk.vtt": VTT}
    expected: ClassVar = {
        "film.srt": (
            Block(text="[00:00:01] Hello there, how are you?"),
            Block(text="[00:01:10] - Later."),
        ),
        "talk.vtt": (
            Block(text="[00:00:01] Ann: Tea & cake?"),
            Block(text="[00:00:04] Bo: Cake."),
            Block(text="[01:00:00] End"),
        ),
    }


class TestNotebook(ParserConformance):
    entry_point = "data"
    parser_name = "notebook"
    samples: ClassVar = {"bees.ipynb": NOTEBOOK}
    expected: ClassVar = {
        "bees.ipynb": (
            Block(text="Bees", kind="heading", level=1),
            Block(text="Make\nhoney."),
            Block(text="More"),
            Block(text="x = 1\n\nx", kind="code"),
            Block(text="Then"),
            Block(text="# no heading", kind="code"),
            Block(text="Deep", kind="heading", level=3),
            Block(text="raw"),
        ),
    }

# SPDX-License-Identifier: EUPL-1.2
"""What people and programs put where something else was meant."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

DEEP = 50_000
ODD_TEXTS: Mapping[str, str] = {
    "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd\u202c \u0645\u0631\u062d\u0628\u0627",
    "joined emoji": "👩\u200d👩\u200d👧 🏴\U000e0067\U000e0062\U000e007f",
    "piled accents": "Z\u0351\u036b\u0343a\u0329\u034el\u0321\u0353go\u0327",
    "width none": "a\u200b\ufeff\u2060b",
    "not composed": "Zoe\u0308 Groe\u0308n",
    "outside the plane": "𠜎𝒳\U0010ffff",
    "no character": "\ufffe\uffff",
    "formula": "=cmd|'/C calc'!A0",
    "formula too": "@SUM(1+1)*cmd|' /C calc'!A0",
    "cells": 'een,"twee;\'drie"',
    "sql": "'; DROP TABLE inwoner; --",
    "markup": '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "entity": '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    "template": "{{7*7}} ${7*7} %s %n {0} #{x}",
    "path": "../../etc/passwd",
    "escaped": "\\u0000\\n\\x00%00",
    "words": "null",
    "looks like a number": "1e5",
    "log line": "INFO: alles goed ${jndi:ldap://x.example/a}",
}
"""Texts that are text: refused by a rule, or kept to the letter."""

NO_TEXTS: Mapping[str, str] = {
    "nul": json.dumps("a\x00b"),
    "control": json.dumps("a\x01\x1b[31mb\x7f"),
    "high control": json.dumps("a\x85\x9fb"),
    "line ends": json.dumps("a\r\nb\u2028c"),
    "half a character": '"a\\ud800b"',
    "other half": '"\\udfff"',
    "too long": json.dumps("x" * 300_000),
    "blank": json.dumps(" \u00a0\u3000"),
    "empty": '""',
    "a million digits": "9" * 1_000_000,
    "a million decimals": "0." + "1" * 900_000,
    "out of range": "1e400",
    "just too large": str(2**63),
    "negative": str(-(2**63) - 1),
    "zero below": "-0",
    "a float": "1.0",
    "not a number": "NaN",
    "infinity": "-Infinity",
    "true": "true",
    "null": "null",
    "list": "[]",
    "object": '{"__proto__": {"x": 1}}',
    "lists in lists": "[" * DEEP + "]" * DEEP,
    "objects in objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "twice": '{"a": 1, "a": 2}',
    "nothing": "",
    "many": "[" + ",".join(["0"] * 100_000) + "]",
}
"""JSON, or what pretends to be it, that is seldom meant."""

IN_JSON: Mapping[str, str] = {
    **{name: json.dumps(text) for name, text in ODD_TEXTS.items()},
    **NO_TEXTS,
}
IN_ADDRESS: Mapping[str, bytes] = {
    **{name: text.encode() for name, text in ODD_TEXTS.items()},
    "nul": b"a\x00",
    "control": b"\x1b[31m",
    "not utf-8": b"\xff\xfe",
    "half a character": b"\xed\xa0\x80",
    "digits of elsewhere": "٠١٥٣".encode(),
    "many digits": b"9" * 4_000,
    "negative": b"-1",
    "zero": b"0",
    "a float": b"1.0",
    "not a number": b"NaN",
    "empty": b"",
    "space": b" 1 ",
    "sign": b"+1",
    "list": b"1,2",
}
IN_CSV: Mapping[str, bytes] = {
    "nul": b"a,b\n\x00,1\n",
    "not utf-8": b"a,b\n\xff\xfe,1\n",
    "open quote": b'a,b\n"' + b"x" * 100_000,
    "one wide row": b"a" + b",a" * 300_000,
    "nothing but line ends": b"\n" * 300_000,
    "old line ends": b"a,b\r1,2\r",
    "utf-16": "a,b\n1,2\n".encode("utf-16"),
    "a bomb in xml": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "l">]><l>&a;</l>',
    "formula": b"=1+1,@x\n-1,+2\n",
    "empty": b"",
}

Place = tuple[str | int, ...]


def leaves(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where in a body a single value stands, first of each list."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*place, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value[:1]):
            yield from leaves(inner, (*place, at))
    else:
        yield place


def at(value: Any, place: Place) -> Any:
    """What stands there. Raises LookupError or TypeError when nothing does."""
    for step in place:
        value = value[step]
    return value


def with_raw(body: Any, place: Place, raw: str) -> bytes:
    """The body as JSON, with this text where that value stood."""
    token = "\x1a"  # not in any example
    copy = json.loads(json.dumps(body))
    at(copy, place[:-1])[place[-1]] = token
    text = json.dumps(copy).replace(json.dumps(token), raw)
    return text.encode("utf-8", "surrogatepass")

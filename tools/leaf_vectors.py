#!/usr/bin/env python3
"""Reads leaves of the access log without any of our code: docs/leaf.md in a hundred lines of plain Python.

    python3 leaf_vectors.py leaf_v1.json

For each vector it decodes the bytes, writes them again (which shows that they are the one deterministic form),
compares every field, and recomputes the hash under which the leaf stands in the tree.
"""
import hashlib
import json
import sys

ACCESS = "disclosure refused consent-granted consent-revoked emergency-opened emergency-reviewed " \
    "certificate-issued certificate-revoked contact-changed erased canary-touched".split()
SUMMARY = "bulk-export refused-summary".split()
SYSTEM = "policy-changed key-event staff-role-changed partner-changed operation".split()
KINDS = ACCESS + SUMMARY + SYSTEM + ["day-root", "bridge"]
BASES = "one-time-password evidence-at-site no-evidence duty-of-law consent emergency passkey delegation".split()
ACTORS = "citizen vaccinator site-manager district-admin partner machine-job operator-command state-admin " \
    "national-admin medical-officer registrar community-worker help-desk grievance-officer auditor".split()
PURPOSES = "own-record registration booking vaccination certificate notification adverse-event correction " \
    "document-dispute grievance partner-assisted partner-predicate programme statistics emergency-care " \
    "investigation legal-order exchange research erasure maintenance".split()

U32, U64 = 2**32 - 1, 2**64 - 1
CIRCUMSTANCES = [("basis", BASES), ("hour", U32), ("district", U32), ("actor", ACTORS), ("organisation", U64),
                 ("purpose", PURPOSES), ("policy", bytes(32))]
SHAPES = {
    **{kind: CIRCUMSTANCES + [("subject", bytes(16)), ("detail", bytes(32))] for kind in ACCESS},
    **{kind: CIRCUMSTANCES + [("count", U64), ("detail", bytes(32))] for kind in SUMMARY},
    **{kind: [("hour", U32), ("actor", ACTORS), ("organisation", U64), ("policy", bytes(32)), ("detail", bytes(32))]
       for kind in SYSTEM},
    "day-root": [("day", U32), ("count", U64), ("root", bytes(32))],
    "bridge": [("hour", U32), ("origin", bytes(32)), ("size", U64), ("root", bytes(32))],
}


def head(data, at):
    """Major type, number, and where the next byte is."""
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    if info > 27:
        raise ValueError("a length that deterministic CBOR does not have")
    end = at + 1 + 2 ** (info - 24)
    if end > len(data):
        raise ValueError("the leaf ends within a number")
    return major, int.from_bytes(data[at + 1:end], "big"), end


def read(data):
    """The items of a leaf: integers and byte strings in one array."""
    major, count, at = head(data, 0)
    if major != 4:
        raise ValueError("not an array")
    items = []
    for _ in range(count):
        major, number, at = head(data, at)
        if major == 0:
            items.append(number)
        elif major == 2:
            items.append(data[at:at + number])
            at += number
        else:
            raise ValueError("neither an integer nor a byte string")
    return items


def number(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    size = next(size for size in (1, 2, 4, 8) if value < 256 ** size)
    return bytes([major << 5 | 24 + size.bit_length() - 1]) + value.to_bytes(size, "big")


def write(items):
    parts = [number(0, item) if isinstance(item, int) else number(2, len(item)) + item for item in items]
    return number(4, len(items)) + b"".join(parts)


def meaning(field, rule, item):
    """What an item says, or an error when the grammar does not allow it."""
    if isinstance(rule, bytes):
        if not isinstance(item, bytes) or len(item) != len(rule):
            raise ValueError(f"{field} is not {len(rule)} bytes")
        return item.hex()
    if not isinstance(item, int):
        raise ValueError(f"{field} is not an integer")
    if isinstance(rule, list):
        if not 1 <= item <= len(rule):
            raise ValueError(f"{item} is not a code of {field}")
        return rule[item - 1]
    if item > rule:
        raise ValueError(f"{field} is too large")
    return item


def decode(leaf):
    items = read(leaf)
    if write(items) != leaf:
        raise ValueError("not the one deterministic form")
    if len(items) < 2 or items[0] != 1:
        raise ValueError("not version 1")
    kind = meaning("kind", KINDS, items[1])
    shape, rest = SHAPES[kind], items[2:]
    if len(rest) != len(shape):
        raise ValueError(f"{len(items)} items are not the shape of {kind}")
    return {"kind": kind, **{field: meaning(field, rule, item) for (field, rule), item in zip(shape, rest)}}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    for vector in vectors:
        leaf = bytes.fromhex(vector["leaf"])
        fields = decode(leaf)
        if fields != vector["fields"]:
            sys.exit(f"{vector['name']}: the fields differ: {fields}")
        if hashlib.sha256(b"\0" + leaf).hexdigest() != vector["leaf_hash"]:
            sys.exit(f"{vector['name']}: the hash differs")
    print(f"{len(vectors)} leaves agree")


if __name__ == "__main__":
    main()

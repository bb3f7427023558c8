#!/usr/bin/env python3
"""Checks a person's extract with nothing but Python's standard library: docs/extract.md, step by step.

    python3 verify_extract.py pramaan-accesses.json.gz [--key VKEY] [--checkpoint NOTE]
    python3 verify_extract.py --vectors extract_v1.json

Beside it lies verify_log.py, which has Ed25519 and signed notes. Ends with 0 when the extract holds, prints
`FAIL <check> <place>: sentence` and ends with 1 when a step fails, with 2 when there is no extract to check.
"""
import argparse
import bisect
import copy
import datetime
import hashlib
import hmac
import json
import sys
import zlib

from verify_log import Key, Note, checkpoint, leaf_hash, node_hash, unbase64

MAX_FILE, MAX_DAYS, MOST_OPEN, SAFE, U32 = 8 << 20, 400, 2, (1 << 53) - 1, (1 << 32) - 1
CLASSES = {"citizen": 1, "assisted_citizen": 5, "vaccinator": 2, "site_manager": 3, "district_admin": 4, "machine": 6,
           "operator": 7}
BASES = {"person_otp": 1, "site_evidence": 2, "no_evidence_with_reason": 3, "second_person": 3, "anothers_word": 3,
         "duty_of_law": 4}
PURPOSES = {"own_record": 1, "own_access_list": 1, "booking": 3, "appointment_slip": 3, "vaccination": 4, "certificate": 5,
            "notification": 6, "status_check": 12, "document_dispute": 9, "contact": 2, "correction": 8, "retention": 20,
            "adverse_event": 7, "grievance": 10}
FIELDS = ["name", "birth_year", "birth_date", "gender", "document_type", "document_last_four", "reference_id", "mobile",
          "doses", "certificate", "appointment_code", "access_list", "comorbidity", "group", "adverse_events", "view_key",
          "objections"]


class Fault(Exception):
    def __init__(self, check, place, why):
        super().__init__(f"FAIL {check} {place}: {why}")
        self.check, self.said = check, f"{check} {place}"


def must(holds, check, place, why):
    if not holds:
        raise Fault(check, place, why)


def attempt(read, check, place):
    try:
        return read()
    except (ValueError, IndexError, KeyError) as error:
        raise Fault(check, place, error) from None


def date(day):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()


# The file


def shape(holds, why):
    must(holds, "format", "file", why)


def number(most):
    def read(value):
        shape(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most, "a whole number was expected")
        return value
    return read


def text(value):
    shape(isinstance(value, str), "a text was expected")
    return value


def data(length=None):
    def read(value):
        found = unbase64(text(value))
        shape(found is not None and length in (None, len(found)), "base64 was expected")
        return found
    return read


def hashes(value):
    found = data()(value)
    shape(len(found) % 32 == 0, "its hashes are not of 32 bytes each")
    return [found[at:at + 32] for at in range(0, len(found), 32)]


def listed(read):
    def each(value):
        shape(isinstance(value, list), "a list was expected")
        return [read(one) for one in value]
    return each


def record(optional=None, **fields):
    optional = optional or {}

    def read(value):
        shape(isinstance(value, dict) and set(fields) <= set(value) <= {*fields, *optional}, "other fields were expected")
        made = {name: reader(value[name]) for name, reader in fields.items()}
        made.update({name: None if value.get(name) is None else reader(value[name]) for name, reader in optional.items()})
        return made
    return read


TAG = record(tag=data(16), place=number(SAFE))
FILE = record(
    format=text, origin=text, key=text, checkpoint=text, **{"from": number(U32)}, to=number(U32), hashes=hashes,
    view_keys=listed(record(**{"from": number(U32)}, key=data(32))),
    entries=listed(record(index=number(SAFE), day=number(U32), i=number(U32), leaf=data(), salt=data(32), detail=data())),
    days=listed(record({"left": TAG, "right": TAG}, day=number(U32), index=number(SAFE), leaf=data(),
                       present=listed(number(SAFE)), hashes=hashes)),
    open=listed(number(U32)))


def unpacked(file):
    if file[:2] != b"\x1f\x8b":
        return file
    reader = zlib.decompressobj(31)
    try:
        found = reader.decompress(file, MAX_FILE + 1)
    except zlib.error:
        raise Fault("format", "file", "it does not unpack") from None
    shape(len(found) <= MAX_FILE, "unpacked it is larger than 8 MiB")
    shape(reader.eof and not reader.unused_data, "it is not whole, or something follows")
    return found


def parse(file):
    shape(len(file) <= MAX_FILE, "it is larger than 8 MiB")
    file = unpacked(file)
    try:
        read = FILE(json.loads(file))
    except (ValueError, RecursionError):
        raise Fault("format", "file", "it is not JSON") from None
    shape(read["format"] == "pramaan-accesses/1", "its format is another")
    return read


# CBOR and leaves


def head(raw, at):
    info = raw[at] & 31
    if info < 24:
        return raw[at] >> 5, info, at + 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}[info]
    value = int.from_bytes(raw[at + 1:at + 1 + size], "big")
    if at + 1 + size > len(raw) or value < (24 if size == 1 else 1 << 4 * size):
        raise ValueError("a number is not in its shortest form")
    return raw[at] >> 5, value, at + 1 + size


def items(raw):
    """The numbers, bytes, texts and nothings of one array."""
    major, count, at = head(raw, 0)
    if major != 4 or count > 32:
        raise ValueError("not an array of at most 32 items")
    found = []
    for _ in range(count):
        if raw[at] == 0xf6:
            value, at = None, at + 1
        else:
            major, value, at = head(raw, at)
            if major in (2, 3):
                if at + value > len(raw):
                    raise ValueError("it ends within an item")
                value, at = raw[at:at + value], at + value
                value = value.decode() if major == 3 else value
            elif major != 0:
                raise ValueError("an item of another type")
        found.append(value)
    if at != len(raw):
        raise ValueError("something follows")
    return found


def fitting(found, rules):
    """Each item is a number of a range, or bytes of a length."""
    if len(found) != len(rules):
        raise ValueError("it has not the shape of its kind")
    for value, rule in zip(found, rules):
        right = isinstance(value, bytes) and len(value) == rule if isinstance(rule, int) else \
            isinstance(value, int) and rule[0] <= value <= rule[1]
        if not right:
            raise ValueError("an item is not what it may be")
    return found


def access_leaf(raw):
    names = "version kind basis hour district class organisation purpose policy subject detail".split()
    rules = [(1, 1), (1, 11), (1, 8), (0, U32), (0, U32), (1, 15), (0, 1 << 64), (1, 21), 32, 16, 32]
    return dict(zip(names, fitting(items(raw), rules)))


def day_root(raw):
    return dict(zip("version kind day count root".split(), fitting(items(raw), [(1, 1), (19, 19), (0, U32), (0, 1 << 64), 32])))


def detail_of(raw):
    found = items(raw)
    kinds = [int, str, str, str, int, int, int, str, str, str]
    right = 10 <= len(found) and all(isinstance(value, kind) for value, kind in zip(found, kinds))
    if not right or max(found[4], found[6]) > U32 or not isinstance((found + [None])[10], (str, type(None))):
        raise ValueError("it is not a detail")
    return found


# The steps


def root_over(size, leaves, hashes):
    """RFC 6962 section 2.1, with the next hash for each subtree of which no leaf is known; nothing when that is no proof."""
    known, rest = sorted(leaves), iter(hashes)
    if not known:
        return None if hashes else hashlib.sha256(b"").digest()
    if known[-1] >= size:
        return None

    def over(first, end, low, high):
        if low == high:
            return next(rest)
        if end - first == 1:
            return leaves[known[low]]
        middle = first + (1 << (end - first - 1).bit_length() - 1)
        between = bisect.bisect_left(known, middle, low, high)
        left = over(first, middle, low, between)
        return node_hash(left, over(middle, end, between, high))
    try:
        found = over(0, size, 0, len(known))
    except StopIteration:
        return None
    return found if next(rest, None) is None else None


def known_leaves(placed, check, place):
    found = {}
    for at, leaf in placed:
        hashed = leaf_hash(leaf)
        must(found.setdefault(at, hashed) == hashed, check, place, f"two different leaves are said to stand at {at}")
    return found


def open_head(note, key, check):
    def read():
        opened = Note(note.encode())
        if not key.signed(opened):
            raise ValueError("it is not signed by the expected key")
        origin, size, root = checkpoint(opened.text)
        if origin != key.name:
            raise ValueError("it is of another log")
        return size, root
    return attempt(read, check, "file")


def open_file(read, trusted_key, trusted_note):
    key = attempt(lambda: Key(read["key"], 1), "format", "file")
    shape(0 <= read["to"] - read["from"] < MAX_DAYS, "it is about no day, or too many")
    must(key.name == read["origin"], "origin", "file", "its key is of another log")
    must(trusted_key in (None, read["key"]), "key", "file", "its key is not the trusted one")
    found = open_head(read["checkpoint"], key, "signature")
    if trusted_note is not None:
        must(open_head(trusted_note, key, "checkpoint") == found, "checkpoint", "file", "it is not the trusted one")
    return found


def view_keys(read):
    """Of each day its key."""
    keys = {view_key["from"]: view_key["key"] for view_key in read["view_keys"]}
    given = [view_key["from"] for view_key in read["view_keys"]]
    must(given[:1] == [read["from"]] and given == sorted(keys), "month", "file", "the keys are not in order from its first day")
    must(given[-1] <= read["to"], "month", "file", "a key is of later days")
    days = range(read["from"], read["to"] + 1)
    begun = {day for day in days[1:] if date(day)[8:] == "01"}
    must(begun <= keys.keys(), "month", "file", "a month has no key of its own")
    found, key = {}, None
    for day in days:
        key = keys.get(day, key)
        found[day] = key
    return found


def check_days(read):
    seen, expected = set(), read["from"]
    for day in [one["day"] for one in read["days"]] + read["open"]:
        must(day not in seen, "day", f"day {date(day)}", "it is there twice")
        must(expected <= read["to"], "day", f"day {date(day)}", "it is after the last day")
        must(day == expected, "day", f"day {date(expected)}", "it is left out, or not in order")
        seen.add(day)
        expected += 1
    must(expected > read["to"], "day", f"day {date(expected)}", "it is left out")
    if len(read["open"]) > MOST_OPEN:
        raise Fault("day", f"day {date(read['open'][0])}", "more than two days without a root")


def check_numbers(read):
    before = None
    for entry in read["entries"]:
        place = f"entry {entry['index']}"
        must(read["from"] <= entry["day"] <= read["to"], "number", place, "it is of another day")
        in_order = before is None or (before["index"] < entry["index"] and before["day"] <= entry["day"])
        must(in_order, "number", place, "it is not in order")
        next_one = before["i"] + 1 if before and before["day"] == entry["day"] else 0
        must(entry["i"] == next_one, "number", place, "one is left out, or there twice")
        before = entry


def tag(keys, day, i):
    message = day.to_bytes(4, "big") + i.to_bytes(4, "big")
    return hmac.digest(keys[day], message, "sha256")[:16]


def agree(found, leaf, place):
    at, kind, basis, purpose = found[:4]
    said = {
        "who acted": CLASSES.get(kind) == leaf["class"], "the basis": BASES.get(basis) == leaf["basis"],
        "the purpose": PURPOSES.get(purpose) == leaf["purpose"], "the organisation": found[5] == leaf["organisation"],
        "the district": found[6] == leaf["district"], "the hour": (at // 1_000_000 + 19_800) // 3_600 == leaf["hour"],
    }
    for what, holds in said.items():
        must(holds, "words", place, f"detail and leaf say different things about {what}")


def check_entry(entry, keys):
    place = f"entry {entry['index']}"
    leaf = attempt(lambda: access_leaf(entry["leaf"]), "leaf", place)
    must(leaf["hour"] // 24 == entry["day"], "leaf", place, "it is of another day")
    must(leaf["subject"] == tag(keys, entry["day"], entry["i"]), "tag", place, "it is about somebody else")
    committed = hashlib.sha256(entry["salt"] + entry["detail"]).digest()
    must(leaf["detail"] == committed, "detail", place, "the leaf was made over another detail")
    found = attempt(lambda: detail_of(entry["detail"]), "detail", place)
    agree(found, leaf, place)
    return found


def check_day(rooted, own, before, keys):
    place = f"day {date(rooted['day'])}"
    of_day = attempt(lambda: day_root(rooted["leaf"]), "leaf", place)
    must(of_day["day"] == rooted["day"], "leaf", place, "it is the root of another day")
    must(max(own + before, default=-1) < rooted["index"], "day", place, "its root stands before what it should follow")
    must(len(rooted["present"]) == len(own), "present", place, "there are more or fewer places than entries")
    left, right, following = rooted["left"], rooted["right"], tag(keys, rooted["day"], len(own))
    tags = [(at, tag(keys, rooted["day"], i)) for i, at in enumerate(rooted["present"])]
    tags += [(one["place"], one["tag"]) for one in (left, right) if one]
    found = root_over(of_day["count"], known_leaves(tags, "present", place), rooted["hashes"])
    must(found == of_day["root"], "present", place, "its tags do not lead to the root of the day")
    enclosed = (left is None or left["tag"] < following) and (right is None or following < right["tag"])
    beside = (left["place"] + 1 if left else 0) == (right["place"] if right else of_day["count"])
    empty = left or right or of_day["root"] == hashlib.sha256(b"").digest()
    must(enclosed and beside and empty, "absent", place, "the neighbours do not enclose the next tag")


def check_inclusion(read, size, root):
    leaves = known_leaves(((one["index"], one["leaf"]) for one in read["entries"] + read["days"]), "inclusion", "file")
    if leaves or read["hashes"]:
        found = root_over(size, leaves, read["hashes"])
        must(found == root, "inclusion", "file", "its leaves do not lead to the root of the checkpoint")


def verify(file, trusted_key=None, trusted_note=None):
    """The file as read, and its details, when everything holds."""
    read = parse(file)
    size, root = open_file(read, trusted_key, trusted_note)
    keys = view_keys(read)
    check_days(read)
    check_numbers(read)
    details = [check_entry(entry, keys) for entry in read["entries"]]
    before = []
    for rooted in read["days"]:
        own = [entry["index"] for entry in read["entries"] if entry["day"] == rooted["day"]]
        check_day(rooted, own, before, keys)
        before = [rooted["index"]]
    check_inclusion(read, size, root)
    return read, details


# Saying it


def report(read, details):
    print(f"HOLDS: log {read['origin']}; the extract is about {date(read['from'])} to {date(read['to'])}")
    for entry, found in zip(read["entries"], details):
        fields = [FIELDS[bit] if bit < len(FIELDS) else f"field_{bit}" for bit in range(32) if found[4] >> bit & 1]
        who = " ".join(word for word in (found[1], found[5] and f"number {found[5]}", found[7]) if word)
        print(f"  {date(entry['day'])} entry {entry['index']}: {who}, for {found[3]}, on {found[2]}: {' '.join(fields)}")
    if read["days"]:
        first, last = read["days"][0]["day"], read["days"][-1]["day"]
        print(f"COMPLETE from {date(first)} to {date(last)}: of these days there are no others")
    if read["open"]:
        print("NOT SHOWN for " + ", ".join(map(date, read["open"])) + ": the log has no root of such a day yet")


def patched(base, patch):
    """The part of JSON Patch (RFC 6902) that the vectors use."""
    made = copy.deepcopy(base)
    for step in patch:
        *parents, name = step["path"].split("/")[1:]
        within = made
        for parent in parents:
            within = within[int(parent) if isinstance(within, list) else parent]
        name = int(name) if isinstance(within, list) else name
        if step["op"] == "remove":
            del within[name]
        elif step["op"] == "add" and isinstance(within, list):
            within.insert(name, step["value"])
        else:
            within[name] = step["value"]
    return made


def vectors(path):
    with open(path, encoding="utf-8") as file:
        read = json.load(file)
    words = {"class": CLASSES, "basis": BASES, "purpose": PURPOSES, "fields": FIELDS}
    wrong = [] if read["words"] == words else ["the words"]
    for case in read["cases"]:
        made = json.dumps(patched(read["extracts"][case["extract"]], case["patch"])).encode()
        try:
            verify(made, case["key"], case["checkpoint"])
            said = None
        except Fault as fault:
            said = fault.said
        if said != case["fails"]:
            wrong.append(f"{case['name']}: {said} where {case['fails']} was expected")
    print("\n".join(wrong) or f"{len(read['cases'])} cases agree")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description="Checks a person's extract: docs/extract.md.")
    parser.add_argument("file")
    parser.add_argument("--key", help="the log's key, from another place than the file")
    parser.add_argument("--checkpoint", help="a file with a published checkpoint of the same size")
    parser.add_argument("--vectors", action="store_true", help="FILE is crates/tlog/vectors/extract_v1.json")
    options = parser.parse_args()
    try:
        if options.vectors:
            return vectors(options.file)
        note = open(options.checkpoint, encoding="utf-8").read(65_537) if options.checkpoint else None
        with open(options.file, "rb") as file:
            report(*verify(file.read(MAX_FILE + 1), options.key, note))
        return 0
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2 if fault.check == "format" else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Audits a published access log with nothing but Python's standard library: docs/audit.md, check by check.

    python3 verify_log.py DIR|URL [--policy FILE]

Shares no code with the program that wrote the log, Ed25519 included. Prints a report and ends with 0 when the log keeps
its promises; prints `FAIL <check> <where>: sentence` and ends with 1 when it breaks one; ends with 2 when files could not
be read. Slow (some 20,000 entries and 300 signatures a second), and the same answer.
"""
import argparse
import base64
import hashlib
import http.client
import os
import re
import sys
import unicodedata
import urllib.parse

MAX_NOTE, MAX_LINE, MAX_TILE, MAX_POLICY = 65_536, 1_024, 256 * 32, 1 << 20
MAX_BUNDLE, MAX_SIZE = 256 * (2 + 65_535), 1 << 62
REMEMBERED, MAX_EARLIER, MAX_OF_A_KIND = 4_096, 64, 1_024


class Fail(Exception):
    """The log breaks a promise."""

    def __init__(self, check, place, sentence):
        super().__init__(f"FAIL {check} {place}: {sentence}")


class Unreadable(Exception):
    """Nothing was found out."""


# Where the files are


class Folder:
    def __init__(self, path):
        if not os.path.isdir(path):
            raise Unreadable(f"{path} is no folder")
        self.path = path

    def read(self, name, most):
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                return file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Unreadable(f"{name}: {error}") from error


class Server:
    def __init__(self, address):
        url = urllib.parse.urlsplit(address)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if url.scheme not in kinds or not url.hostname:
            raise Unreadable(f"{address} is no address")
        self.connect = lambda: kinds[url.scheme](url.hostname, url.port, timeout=60)
        self.path, self.connection = url.path.rstrip("/") + "/", None

    def read(self, name, most):
        for attempt in (1, 2):
            try:
                self.connection = self.connection or self.connect()
                self.connection.request("GET", self.path + name)
                answer = self.connection.getresponse()
                body = answer.read(most + 1)
                if len(body) <= most and answer.length:
                    raise http.client.IncompleteRead(body, answer.length)
                if len(body) > most or not answer.isclosed():
                    self.connection.close()
                    self.connection = None
                break
            except (OSError, http.client.HTTPException) as error:
                self.connection = None
                if attempt == 2:
                    raise Unreadable(f"{name}: {error}") from error
        if answer.status not in (200, 404):
            raise Unreadable(f"{name}: the server answered {answer.status}")
        return body if answer.status == 200 else None


def read(published, name, most, check, place=None):
    data = published.read(name, most)
    if data is not None and len(data) > most:
        raise Fail(check, place or name, f"it is longer than the {most} bytes that it may have")
    return data


def line(published, name, check, is_optional=False):
    data = read(published, name, MAX_LINE, check)
    if data is None and is_optional:
        return None
    if data is None:
        raise Unreadable(f"there is no {name}, so this is no published log")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if not text.endswith("\n"):
        raise Fail(check, name, "it is not one line of text")
    return text[:-1]


# Ed25519, RFC 8032 section 5.1

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)


def decompress(data):
    """The point, or nothing when the bytes are not the one form of a point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


NOTHING = (0, 1, 1, 0)
BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def sum_of(s, a, t, b):
    """s · a + t · b, both at once."""
    both, total = add(a, b), NOTHING
    for bit in range(max(s, t).bit_length() - 1, -1, -1):
        total = add(total, total)
        here = (s >> bit & 1) + 2 * (t >> bit & 1)
        if here:
            total = add(total, (a, b, both)[here - 1])
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def is_weak(point):
    return same(sum_of(8, point, 0, point), NOTHING)


def verifies(key, message, signature):
    if len(signature) != 64:
        return False
    point, commitment = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or s >= ORDER or is_weak(point) or is_weak(commitment):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    minus = (P - point[0], point[1], 1, P - point[3])
    return same(sum_of(s, BASE, challenge, minus), commitment)


# Notes, checkpoints, policies


def unbase64(text):
    """Strictly: nothing when the text is not what encoding writes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def is_control(letter):
    return unicodedata.category(letter) == "Cc"


def is_name(text):
    return 0 < len(text.encode()) <= 255 and not any(c.isspace() or is_control(c) or c == "+" for c in text)


class Key:
    """`name+hex+base64`, of a log (type 1) or of a witness (type 4)."""

    def __init__(self, text, kind):
        parts = text.split("+", 2)
        data = unbase64(parts[2]) if len(parts) == 3 else None
        if data is None or len(data) != 33 or data[0] != kind or not is_name(parts[0]):
            raise ValueError("not a verifier key")
        self.name, self.public, self.kind = parts[0], data[1:], kind
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        point = decompress(self.public)
        if self.id.hex() != parts[1] or point is None or is_weak(point):
            raise ValueError("not a verifier key")

    def signed(self, note):
        """Whether the key signed; ValueError when a signature in its name does not verify."""
        found = False
        for name, key_id, data in note.lines:
            if (name, key_id) != (self.name, self.id):
                continue
            message, signature = note.text.encode(), data
            if self.kind == 4:
                time, signature = int.from_bytes(data[:8], "big"), data[8:]
                message = f"cosignature/v1\ntime {time}\n".encode() + message
                if not 0 < time < 1 << 63:
                    raise ValueError(f"a cosignature of {self.name} is of no time")
            if not verifies(self.public, message, signature):
                raise ValueError(f"a signature in the name of {self.name} does not verify: altered or forged")
            found = True
        return found


class Note:
    def __init__(self, data):
        try:
            whole = data.decode()
        except UnicodeDecodeError:
            raise ValueError("it is not UTF-8") from None
        end = whole.rfind("\n\n")
        if end < 0 or not whole.endswith("\n"):
            raise ValueError("it is not a signed note")
        self.text, lines = whole[:end + 1], whole[end + 2:-1].split("\n")
        if any(is_control(c) and c != "\n" for c in self.text):
            raise ValueError("its text has control characters")
        self.lines = [self.line(text) for text in lines]
        if len(self.lines) > 64:
            raise ValueError("it has too many signatures")

    @staticmethod
    def line(text):
        parts = text.removeprefix("\u2014 ").split(" ", 1)
        data = unbase64(parts[1]) if len(parts) == 2 else None
        if not text.startswith("\u2014 ") or not is_name(parts[0]) or data is None or len(data) < 5:
            raise ValueError("a signature line is not `— name base64`")
        return parts[0], data[:4], data[4:]


def checkpoint(text):
    """Origin, size and root: exactly three lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not is_name(lines[0]):
        raise ValueError("it is not a checkpoint")
    root = unbase64(lines[2])
    if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or int(lines[1]) > MAX_SIZE or root is None or len(root) != 32:
        raise ValueError("it is not a checkpoint")
    return lines[0], int(lines[1]), root


class Policy:
    """C2SP tlog-policy."""

    def __init__(self):
        self.logs, self.witnesses, self.parts, self.names, self.members = [], [], [], {}, set()
        self.quorum, self.is_own = False, True

    @classmethod
    def of_log(cls, key):
        policy = cls()
        policy.logs, policy.quorum, policy.is_own = [key], None, False
        return policy

    @classmethod
    def parse(cls, data):
        policy = cls()
        if len(data) > MAX_POLICY or any((c < 32 and c not in b"\t\n") or c == 127 for c in data):
            raise ValueError("it is too long or has control characters")
        if data and not data.endswith(b"\n"):
            raise ValueError("it does not end in a line break")
        for number, text in enumerate(data.split(b"\n"), 1):
            items = [item for item in re.split(b"[ \t]+", text) if item]
            if items and not items[0].startswith(b"#"):
                try:
                    policy.line(items)
                except (ValueError, IndexError, KeyError) as error:
                    raise ValueError(f"line {number}: {error!r}") from error
        if policy.quorum is False:
            raise ValueError("there is no quorum line")
        return policy

    def line(self, items):
        kind, rest = items[0], items[1:]
        if kind == b"log" and len(rest) in (1, 2):
            self.add(self.logs, Key(rest[0].decode(), 1))
        elif kind == b"witness" and len(rest) in (2, 3):
            self.define(rest[0], ("witness", len(self.witnesses)))
            self.add(self.witnesses, Key(rest[1].decode(), 4))
        elif kind == b"group" and len(rest) >= 3 and len(self.parts) - len(self.witnesses) < MAX_OF_A_KIND:
            members = [self.names[name] for name in rest[2:]]
            if self.members & set(members) or len(set(members)) < len(members):
                raise ValueError("a second membership")
            self.members |= set(members)
            least = {b"all": len(members), b"any": 1}.get(rest[1]) or int(rest[1].decode())
            if not 1 <= least <= len(members) or not re.fullmatch(rb"all|any|[0-9]+", rest[1]):
                raise ValueError("the threshold")
            self.define(rest[0], ("group", least, members))
        elif kind == b"quorum" and len(rest) == 1 and self.quorum is False:
            self.quorum = None if rest[0] == b"none" else self.names[rest[0]]
        else:
            raise ValueError("what the line says is not known")

    @staticmethod
    def add(keys, key):
        if any(key.public == other.public for other in keys) or len(keys) >= MAX_OF_A_KIND:
            raise ValueError("the same key twice, or too many keys")
        keys.append(key)

    def define(self, name, part):
        if name == b"none" or name in self.names:
            raise ValueError("the same name twice")
        self.names[name] = len(self.parts)
        self.parts.append(part)

    def open(self, data):
        """Checkpoint, how many cosigned, whether they are enough, and the log's key that signed."""
        note = Note(data)
        # Of every log, not up to the first that signed: a false line spoils the note, wherever its log stands in the policy.
        signed = [log for log in self.logs if log.signed(note)]
        head = checkpoint(note.text)
        log = next((log for log in signed if log.name == head[0]), None)
        if log is None:
            raise ValueError("it is not signed by a known key of the log that its origin names")
        cosigned = [witness.signed(note) for witness in self.witnesses]
        witnessed = []
        for part in self.parts:
            witnessed.append(cosigned[part[1]] if part[0] == "witness"
                             else sum(witnessed[member] for member in part[2]) >= part[1])
        return head, sum(cosigned), self.quorum is None or witnessed[self.quorum], log

    def over(self, log):
        """The same witnesses, and as many of them, over one log."""
        policy = Policy()
        policy.logs, policy.witnesses, policy.parts, policy.quorum = [log], self.witnesses, self.parts, self.quorum
        return policy


# Publications


def note(published, policy, name):
    data = read(published, name, MAX_NOTE, "signature")
    if data is None:
        return None
    try:
        return policy.open(data)
    except ValueError as error:
        raise Fail("signature", name, str(error)) from error


def publications(published, policy):
    text = line(published, "checkpoints/latest", "publication")
    latest, heads, lacking = number_of(text, "checkpoints/latest"), [], 0
    for number in range(1, latest + 1):
        found = note(published, policy, f"checkpoints/{number}")
        if found is None:
            raise Fail("publication", f"checkpoints/{number}", "it is not there, though a later one is")
        grow(heads, found[0], f"checkpoints/{number}")
        lacking += not found[2]
    newest = note(published, policy, "checkpoint")
    if newest is None:
        raise Unreadable("there is no checkpoint, so this is no published log")
    grow(heads, newest[0], "checkpoint")
    if not newest[2]:
        raise Fail("quorum", "checkpoint", f"{newest[1]} witnesses cosigned it, and these are not enough")
    return heads, latest, lacking, newest


def number_of(text, place):
    if not re.fullmatch("[1-9][0-9]{0,19}", text) or int(text) >= 1 << 64:
        raise Fail("publication", place, "it is not the number of a publication")
    return int(text)


class Earlier:
    """What a log that this one continues has published: whose it is, who saw it, and the heads still to be given."""

    def __init__(self, published, policy, key, under):
        self.name, self.heads, self.newest = key.name, [], None
        self.is_named = any((log.name, log.public) == (key.name, key.public) for log in policy.logs)
        self.agreed = self.count = 0
        if not self.is_named and any(log.name == key.name for log in policy.logs):
            raise Fail("signature", under + "key", f"the policy has another key for {key.name}")
        policy, had_quorum = policy.over(key), False
        for name in earlier_notes(published, under):
            self.newest = note(published, policy, name)
            if self.newest is None:
                raise Fail("publication", name, "it is not there, though others of its log are")
            grow(self.heads, self.newest[0], name)
            had_quorum = had_quorum or self.newest[2]
        if had_quorum and not self.newest[2]:
            raise Fail("quorum", under + "checkpoint", f"{self.newest[1]} witnesses cosigned it, and these are not enough, "
                       "as others of its log had")


def earlier_notes(published, under):
    """The names of the notes that must be there, the newest last."""
    place = under + "checkpoints/latest"
    latest = line(published, place, "publication", is_optional=True)
    if latest is not None:
        # One after the other: the number is what a stranger says.
        for number in range(1, number_of(latest, place) + 1):
            yield f"{under}checkpoints/{number}"
        yield under + "checkpoint"


def earlier_logs(published, policy, own):
    """The logs that this one continues, oldest first."""
    logs, known = [], [own]
    for k in range(1, MAX_EARLIER + 1):
        place = f"before/{k}/key"
        text = line(published, place, "signature", is_optional=True)
        if text is None:
            break
        try:
            key = Key(text, 1)
        except ValueError as error:
            raise Fail("signature", place, str(error)) from error
        if any(key.name == other.name or key.public == other.public for other in known):
            raise Fail("bridge", place, "its name or its key is that of another log of this row")
        logs.append(Earlier(published, policy, key, f"before/{k}/"))
        known.append(key)
    return logs


def grow(heads, head, place):
    origin, size, root = head
    if heads:
        before_place, before_origin, before_size, before_root = heads[-1]
        if origin != before_origin:
            raise Fail("publication", place, "it is of another log")
        if size < before_size:
            raise Fail("publication", place, f"it is smaller than {before_place}: the log was rolled back")
        if size == before_size and root != before_root:
            raise Fail("publication", place, f"it has the size of {before_place} and another root: a fork")
        if size == before_size:
            return
    heads.append((place, origin, size, root))


# The tree, RFC 6962 section 2.1


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Edge:
    """The perfect subtrees at the right edge, largest first, with their sizes."""

    def __init__(self):
        self.size, self.subtrees = 0, []

    def append(self, data_hash):
        size, self.size = 1, self.size + 1
        while self.subtrees and self.subtrees[-1][0] == size:
            data_hash, size = node_hash(self.subtrees.pop()[1], data_hash), size * 2
        self.subtrees.append((size, data_hash))

    def root(self):
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        total = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            total = node_hash(left, total)
        return total


def path(kind, index, width):
    text, rest = f"{index % 1000:03}", index // 1000
    while rest:
        text, rest = f"x{rest % 1000:03}/{text}", rest // 1000
    return f"tile/{kind}/{text}" + (f".p/{width}" if width < 256 else "")


def compare_tile(published, level, index, hashes):
    name = path(level, index, len(hashes))
    data = read(published, name, MAX_TILE, "tile")
    if data is None:
        raise Fail("tile", name, "it is not there")
    if data != b"".join(hashes):
        raise Fail("tile", name, "its hashes are not those of what it covers")


def bundle(published, index, width):
    name = path("entries", index, width)
    data = read(published, name, MAX_BUNDLE, "entry")
    if data is None:
        raise Fail("entry", name, "it is not there")
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2], "big")
        entries.append(data[at + 2:at + 2 + length])
        at += 2 + length
    if at != len(data) or len(entries) != width:
        raise Fail("entry", name, f"it holds {len(entries)} entries and should hold {width}")
    return entries


# Leaves, docs/leaf.md

BASES = "one-time-password evidence-at-site no-evidence duty-of-law consent emergency passkey delegation".split()
U32, U64 = (1 << 32) - 1, (1 << 64) - 1
CIRCUMSTANCES = [("basis", 1, 8), ("hour", 0, U32), ("district", 0, U32), ("actor", 1, 15), ("organisation", 0, U64),
                 ("purpose", 1, 21), ("policy", 32)]
ACCESS = CIRCUMSTANCES + [("subject", 16), ("detail", 32)]
SUMMARY = CIRCUMSTANCES + [("count", 0, U64), ("detail", 32)]
SYSTEM = [("hour", 0, U32), ("actor", 1, 15), ("organisation", 0, U64), ("policy", 32), ("detail", 32)]
DAY_ROOT = [("day", 0, U32), ("count", 0, U64), ("root", 32)]
BRIDGE = [("hour", 0, U32), ("origin", 32), ("size", 0, U64), ("root", 32)]
SHAPES = {**dict.fromkeys(range(1, 12), ACCESS), **dict.fromkeys(range(12, 14), SUMMARY),
          **dict.fromkeys(range(14, 19), SYSTEM), 19: DAY_ROOT, 20: BRIDGE}


def head(data, at):
    """Major type, number and the next place, in the shortest form only."""
    info = data[at] & 31
    if info < 24:
        return data[at] >> 5, info, at + 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}[info]
    value = int.from_bytes(data[at + 1:at + 1 + size], "big")
    if at + 1 + size > len(data) or value < (24 if size == 1 else 1 << 4 * size):
        raise ValueError("a number is not in its shortest form")
    return data[at] >> 5, value, at + 1 + size


def decode(data):
    major, items, at = head(data, 0)
    values = []
    for _ in range(items if major == 4 else 0):
        major, value, at = head(data, at)
        if major == 2 and at + value <= len(data):
            value, at = data[at:at + value], at + value
        elif major != 0:
            raise ValueError("an item is neither a number nor bytes")
        values.append(value)
    if at != len(data) or len(values) < 2 or values[0] != 1 or not isinstance(values[1], int):
        raise ValueError("it is not a leaf of version 1")
    shape = SHAPES[values[1]]
    if len(shape) != len(values) - 2:
        raise ValueError("it has not the shape of its kind")
    leaf = {"kind": values[1]}
    for rule, value in zip(shape, values[2:]):
        right = isinstance(value, bytes) and len(value) == rule[1] if len(rule) == 2 else \
            isinstance(value, int) and rule[1] <= value <= rule[2]
        if not right:
            raise ValueError(f"{rule[0]} is not what it may be")
        leaf[rule[0]] = value
    return leaf


# Days


class Days:
    def __init__(self):
        self.next = self.newest = None
        self.open, self.rooted = {}, 0

    def begin(self, day):
        self.next = day if self.next is None else self.next
        self.newest = day

    def access(self, day, tag, index):
        if day < self.next:
            raise Fail("day", day, f"entry {index} is of this day and comes after its root")
        self.open.setdefault(day, []).append(tag)

    def root(self, leaf, index):
        day = leaf["day"]
        if day != self.next:
            raise Fail("day", day, f"entry {index} is its root, and the next root is due for day {self.next}")
        tags, edge = sorted(self.open.pop(day, [])), Edge()
        self.once(day, tags)
        for tag in tags:
            edge.append(leaf_hash(tag))
        if (leaf["count"], leaf["root"]) != (edge.size, edge.root()):
            raise Fail("day", day, f"entry {index} is its root, and the entries give another")
        self.next, self.rooted = day + 1, self.rooted + 1

    @staticmethod
    def once(day, tags):
        for one, other in zip(tags, tags[1:]):
            if one == other:
                raise Fail("day", day, f"the tag {one.hex()} occurs twice")

    def finish(self):
        """The day before the newest entry's, when it has no root yet."""
        due = 0 if self.next is None else self.newest - self.next
        if due > 1:
            raise Fail("day", self.next, f"it has no root, though there are entries of day {self.newest}")
        for day in sorted(self.open):
            self.once(day, sorted(self.open[day]))
        return self.next if due == 1 else None


# Entries


class Audit:
    def __init__(self, published, origin, heads, earlier):
        self.earlier, self.bridges, self.row, self.lost = earlier, [], 0, 0
        self.names = {hashlib.sha256(origin.encode()).digest()}
        self.published, self.heads, self.edge, self.days = published, list(heads), Edge(), Days()
        self.hour, self.policies, self.named, self.disclosures = 0, set(), 0, [0] * 8
        self.above = []
        self.compare_root()

    def run(self, size):
        for index in range(-(-size // 256)):
            entries = bundle(self.published, index, min(256, size - 256 * index))
            hashes = [leaf_hash(entry) for entry in entries]
            compare_tile(self.published, 0, index, hashes)
            for place, (entry, entry_hash) in enumerate(zip(entries, hashes), 256 * index):
                self.entry(place, entry)
                self.edge.append(entry_hash)
                self.compare_root()
            if len(hashes) == 256:
                self.rise(0, hashes)
        for level, (index, hashes) in enumerate(self.above, 1):
            if hashes:
                compare_tile(self.published, level, index, hashes)
        if len(self.earlier) > len(self.bridges):
            raise Fail("bridge", f"before/{len(self.bridges) + 1}/key", "no entry of this log continues that one")
        return self.days.finish()

    def rise(self, level, hashes):
        """Puts the root of a full tile into the tile above."""
        edge = Edge()
        for one in hashes:
            edge.append(one)
        if len(self.above) == level:
            self.above.append((0, []))
        index, above = self.above[level]
        above.append(edge.root())
        if len(above) == 256:
            compare_tile(self.published, level + 1, index, above)
            self.above[level] = (index + 1, [])
            self.rise(level + 1, above)

    def compare_root(self):
        self.same_root(self.heads)
        for log in self.earlier[len(self.bridges):]:
            if self.same_root(log.heads):
                log.agreed, log.count = self.edge.size, log.count + 1

    def same_root(self, heads):
        """Whether the entries are now as many as the first of these heads says; then it is taken away."""
        if not heads or heads[0][2] != self.edge.size:
            return False
        place, _, size, root = heads.pop(0)
        if self.edge.root() != root:
            raise Fail("root", place, f"the first {size} entries give another root than the published one")
        return True

    def bridge(self, index, leaf):
        """This log goes on from an earlier one, of whose entries it has those before this place."""
        size, root = leaf["size"], leaf["root"]
        if size > MAX_SIZE:
            raise Fail("bridge", index, f"it says that the log before had {size} entries, which no log can have")
        if size < index:
            raise Fail("bridge", index, f"it says that the log before had {size} entries, and {index} stand before it")
        if size == index and root != self.edge.root():
            raise Fail("bridge", index, "the entries before it have another root than it says")
        if leaf["origin"] in self.names:
            raise Fail("bridge", index, "it goes on from this log, or from one that an earlier bridge went on from")
        self.names.add(leaf["origin"])
        log = None
        if len(self.bridges) < len(self.earlier):
            log = self.earlier[len(self.bridges)]
            if hashlib.sha256(log.name.encode()).digest() != leaf["origin"]:
                raise Fail("bridge", index, f"it goes on from another log than {log.name}")
            for place, _, said, its_root in log.heads:
                if said > size or (said == size and its_root != root):
                    raise Fail("bridge", index, f"the log before ended with {size} entries, and {place} contradicts it")
        if not self.bridges or self.bridges[-1][0] + 1 < index:
            self.row = index
        # Where bridges stand one behind the other, the logs share what is before the first of them.
        shared = index if size == index else self.row
        self.lost += size - shared
        if self.lost > MAX_SIZE:
            raise Fail("bridge", index, "more entries are lost than any log can have")
        self.bridges.append((index, shared, size, log))

    def entry(self, index, data):
        try:
            leaf = decode(data)
        except (ValueError, KeyError, IndexError) as error:
            raise Fail("entry", index, f"it is not a leaf of version 1: {error}") from error
        if leaf["kind"] == 19:
            self.days.root(leaf, index)
            return
        if leaf["hour"] < self.hour:
            raise Fail("order", index, "its hour is before that of an earlier entry")
        self.hour = leaf["hour"]
        self.days.begin(self.hour // 24)
        if leaf["kind"] == 20:
            self.bridge(index, leaf)
        if "policy" in leaf:
            self.policy(leaf["policy"], index)
        if "subject" in leaf:
            self.days.access(self.hour // 24, leaf["subject"], index)
            self.disclosures[leaf["basis"] - 1] += leaf["kind"] == 1

    def policy(self, policy_hash, index):
        if policy_hash in self.policies:
            return
        name = f"policies/{policy_hash.hex()}"
        text = read(self.published, name, MAX_POLICY, "policy")
        if text is None:
            raise Fail("policy", name, f"it is not there, and entry {index} names it")
        if hashlib.sha256(text).digest() != policy_hash:
            raise Fail("policy", name, f"it is another text than the one that entry {index} names")
        if len(self.policies) == REMEMBERED:
            self.policies.clear()
        self.policies.add(policy_hash)
        self.named += 1


def tell_bridge(under, bridge, witnesses):
    """What an entry that goes on from another log is worth."""
    index, shared, size, log = bridge
    name, agreed = (log.name, log.agreed) if log else ("an earlier log, whose publications are not here", 0)
    print(f"Entry {index} goes on from {name}: as it says, {size - shared} of its {size} entries are not in this log.")
    if log:
        print(f"{log.count} of the heads that it published agree, the largest over {agreed} entries; {len(log.heads)} are "
              "over entries that are lost.")
        if not log.is_named:
            print(f"NOT CHECKED {under}key: whose it is. No policy of yours names {name}.")
        if log.newest and not log.newest[2]:
            print(f"NOT CHECKED {under}checkpoint: that others saw {name} like this. {log.newest[1]} of the {witnesses} "
                  "witnesses in your policy cosigned it, and at no time enough of them; it may be older than they are.")
    if agreed < shared:
        print(f"NOT CHECKED entries {agreed} to {shared - 1}: only the bridge, entry {index}, says that they are those of the "
              "log before.")


def verify(published, policy):
    if policy is None:
        text = line(published, "key", "signature")
        try:
            policy = Policy.of_log(Key(text, 1))
        except ValueError as error:
            raise Fail("signature", "key", str(error)) from error
    heads, latest, lacking, ((origin, size, _), cosigned, _, own) = publications(published, policy)
    audit = Audit(published, origin, heads, earlier_logs(published, policy, own))
    yesterday = audit.run(size)
    print(f"OK {origin}: {size} entries, {latest} publications, {audit.days.rooted} days rooted"
          + (f", bridges {len(audit.bridges)}, entries lost {audit.lost}" if audit.bridges else ""))
    for k, bridge in enumerate(audit.bridges, 1):
        tell_bridge(f"before/{k}/", bridge, len(policy.witnesses))
    counts = ", ".join(f"{name} {count}" for name, count in zip(BASES, audit.disclosures) if count)
    print(f"Disclosures: {sum(audit.disclosures)} ({counts or 'none'}). {audit.named} access policies, each published.")
    if yesterday is not None:
        print(f"Day {yesterday} has no root yet; that is no fault in the hours after midnight.")
    if not policy.is_own:
        print("NOT CHECKED whose log this is: the key was taken from beside the checkpoint. This shows that the log is "
              "consistent with itself, not whose it is nor that others see the same. Give --policy FILE.")
    elif policy.quorum is None:
        print("NOT CHECKED that others see the same log: your policy asks for no witness.")
    else:
        print(f"{cosigned} of {len(policy.witnesses)} witnesses cosigned the newest checkpoint, which is enough; "
              f"{lacking} publications lack that.")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("place", metavar="DIR|URL")
    arguments.add_argument("--policy", metavar="FILE")
    given = arguments.parse_args()
    try:
        policy = None
        if given.policy:
            with open(given.policy, "rb") as file:
                policy = Policy.parse(file.read(MAX_POLICY + 1))
        verify(Server(given.place) if "://" in given.place else Folder(given.place), policy)
    except Fail as fail:
        print(fail)
        sys.exit(1)
    except (Unreadable, OSError, ValueError) as error:
        print(f"could not be read: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()

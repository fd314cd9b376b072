#!/usr/bin/env python3
"""Checks a record that Suyuan exported. Needs Python 3.10 or newer and nothing else, no network.

    python check_record.py RECORD.json KEY

KEY is the log's public key (name+hash+key) or a file of such keys, one a line. Get it from the
office that answers for the log, not from whoever gave you the record.

It proves that these words, from these places in these documents, were recorded before they were
shown, in a log that the key's holder signed; not that the answer is right. Hashes: RFC 6962.
Signatures: RFC 8032, in the form of https://c2sp.org/signed-note and .../tlog-checkpoint.
"""

import base64
import hashlib
import json
import re
import sys

# Ed25519, after RFC 8032, section 6: points are (X, Y, Z, T), with x = X/Z, y = Y/Z, xy = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    w, x = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    y, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = x - w, z - y, z + y, x + w
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def point_of(raw):
    """The point that 32 bytes stand for; None if there is none."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(key, message, signature):
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    x = times(s, BASE)
    y = add(r, times(int.from_bytes(digest, "little") % ORDER, a))
    return (x[0] * y[2] - y[0] * x[2]) % P == 0 and (x[1] * y[2] - y[1] * x[2]) % P == 0


class Broken(Exception):
    """The record does not hold."""


def need(holds, otherwise):
    if not holds:
        raise Broken(otherwise)


def read_keys(given):
    """Names and keys, from a file or as written out."""
    try:
        with open(given, encoding="utf-8") as file:
            lines, keys = file.read().split(), []
    except OSError:
        lines, keys = [given], []
    for line in lines:
        name, told, encoded = line.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        number = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        need(raw[0] == 1 and number.hex() == told, "the key is damaged: copy it again")
        keys.append((name, number, raw[1:]))
    return keys


def open_checkpoint(note, keys):
    """Origin, size and root of the log, if one of the keys signed them."""
    body, _, signatures = note.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    for line in signatures.splitlines():
        match = re.fullmatch(r"\u2014 (\S+) (\S+)", line)
        raw = base64.b64decode(match[2], validate=True) if match else b""
        for name, number, key in keys:
            known = match and match[1] == name == origin and raw[:4] == number
            if known and signed_by(key, f"{body}\n".encode(), raw[4:]):
                return origin, int(size), base64.b64decode(root, validate=True)
    raise Broken("the checkpoint is not signed by the given key")


def root_from(leaf, number, size, path):
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    need(0 <= number < size, "the entry's place is outside the log")
    node, place, last = leaf, number, size - 1
    for sibling in path:
        need(last > 0, "a proof is too long")
        if place % 2 or place == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        place, last = place // 2, last // 2
    need(last == 0, "a proof is too short")
    return node


def read_entry(given, size, root):
    """An entry's fields and opened texts, if it is in the signed log and they are its own."""
    raw = given["body"].encode()
    body = json.loads(raw)
    leaf = hashlib.sha256(b"\x00" + raw).digest()
    path = [bytes.fromhex(node) for node in given["proof"]]
    where = f"entry {body['number']}"
    need(root_from(leaf, body["number"], size, path) == root, where + " is not in the signed log")
    texts = {}
    for name, opening in given["openings"].items():
        salted = bytes.fromhex(opening["salt"]) + opening["body"].encode()
        told = body["private"].get(name)
        need(hashlib.sha256(salted).hexdigest() == told, where + ": not the recorded " + name)
        opened = json.loads(opening["body"])
        need(opened["name"] == name, where + ": another text in place of the " + name)
        texts[name] = opened["value"]
    return body, texts, leaf


def check_answer(answer, record, status, sentences):
    """The whole answer says what was recorded sentence by sentence, with the same sources."""
    need((answer["record"], answer["status"]) == (record, status), "another record or status")
    for claim, (body, texts, _) in zip(answer["claims"], sentences, strict=True):
        need(claim["text"] == texts.get("text", claim["text"]), "a sentence in other words")
        for shown, kept in zip(claim["citations"], body["citations"], strict=True):
            quote = hashlib.sha256(shown["quote"].encode()).hexdigest()
            places = all(shown[p] == kept[p] for p in ("document", "paragraph", "start", "end"))
            need(places and quote == kept["quote_sha256"], "a sentence with other sources")


def check(text, keys):
    """What the exported record proves, in words. Raises Broken."""
    proof = json.loads(text)
    need(proof["format"] == "suyuan-record-1", "this is no record that Suyuan exported")
    origin, size, root = open_checkpoint(proof["checkpoint"], keys)
    entries = [read_entry(given, size, root) for given in proof["entries"]]
    bodies = [entry[0] for entry in entries]
    kinds, numbers = [b["kind"] for b in bodies], [b["number"] for b in bodies]
    need(kinds[0] == "opened", "the first entry does not open an answer")
    need(sum(kind in ("closed", "interrupted") for kind in kinds) == 1, "not sealed once")
    need(len({body["answer"] for body in bodies}) == 1, "entries of more than one answer")
    need(numbers == sorted(set(numbers)), "entries are not in order")
    record = f"{numbers[0]:08d}-{entries[0][2].hex()[:16]}"
    need(proof["record"] == record, "the record's name is " + record)
    sentences = [entry for entry in entries if entry[0]["kind"] == "sentence"]
    status, answer = "interrupted", None
    for body, texts, _ in entries:
        if body["kind"] == "closed":
            status, answer = body["status"], texts.get("answer")
            need(body["sentences"] == len(sentences), "a sentence's entry is missing")
    need(proof["answer"] == answer, "the answer is not the one that was recorded")
    said = "its text was erased" if answer is None else "it answers: " + answer["question"]
    if answer is not None:
        check_answer(answer, record, status, sentences)
    where = f"in the log {origin} of {size} entries"
    return f"holds: record {record} of {bodies[0]['time']}, {status}, {where}; {said}"


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    try:
        with open(arguments[0], encoding="utf-8") as file:
            print(check(file.read(), read_keys(arguments[1])))
        return 0
    except Broken as error:
        print(f"DOES NOT HOLD: {error}", file=sys.stderr)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"DOES NOT HOLD: damaged or unreadable: {error!r}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

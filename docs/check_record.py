#!/usr/bin/env python3
"""Checks a record that Suyuan exported. Needs Python 3.10 or newer and nothing else, no network.

    python check_record.py RECORD.json KEY

KEY is the log's public key (name+hash+key) or a file of such keys, one a line. Get it from the
office that answers for the log, not from whoever gave you the record. What holds was recorded in
these words, from these places in these documents, before it was shown, in a log that the key's
holder signed; that does not make it right. Hashes: RFC 6962; signatures: RFC 8032, signed-note.
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
    rest = times(scalar // 2, add(point, point)) if scalar else (0, 1, 1, 0)
    return add(rest, point) if scalar & 1 else rest


def point_of(raw):
    """The point that 32 bytes stand for; None if there is none."""
    sign, y = divmod(int.from_bytes(raw, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(key, message, signature):
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    known = len(key) == 32 and len(signature) == 64 and a and r and s < ORDER
    if not known or times(8, a)[0] % P == 0:  # of small order: a "key" that fits many texts
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


def read_json(text):
    def once(pairs):  # of a name that stands twice, readers take one value or the other
        need(len(dict(pairs)) == len(pairs), "a name stands twice in one object")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def from_hex(text):
    raw = bytes.fromhex(text)
    need(raw.hex() == text and len(raw) == 32, "a hash or salt is not 64 hexadecimal digits")
    return raw


def read_keys(given):
    """Names and keys, from a file or as written out."""
    try:
        with open(given, encoding="utf-8") as file:
            given = file.read()
    except OSError:
        pass  # the key itself
    keys = []
    for line in given.split():
        need(line.count("+") > 1, f"{line} is neither a key (name+hash+key) nor a file of keys")
        name, told, encoded = line.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        number = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        need(raw[:1] == b"\x01" and number.hex() == told, "the key is damaged: copy it again")
        keys.append((name, number, raw[1:]))
    return keys


def open_checkpoint(note, keys):
    """Origin, size and root of the log, if one of the keys signed them."""
    body, _, signatures = note.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    for line in signatures.split("\n"):
        match = re.fullmatch(r"\u2014 (\S+) ([A-Za-z0-9+/]{91}=)", line)
        raw = base64.b64decode(match[2]) if match else b""
        for name, number, key in keys if base64.b64encode(raw).decode() in line else ():
            known = match and match[1] == name == origin and raw[:4] == number
            if known and signed_by(key, f"{body}\n".encode(), raw[4:]):
                return origin, int(size), base64.b64decode(root)
    raise Broken("the checkpoint is not signed by the given key")


def root_from(leaf, number, size, path):
    """The root that an inclusion proof leads to (RFC 6962, section 2.1.1, from its end)."""
    need(0 <= number < size and (size > 1) == bool(path), "a proof of another log's shape")
    if size == 1:
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    left = number < half
    here = root_from(leaf, number % half, half if left else size - half, path[:-1])
    pair = here + path[-1] if left else path[-1] + here
    return hashlib.sha256(b"\x01" + pair).digest()


def read_entry(given, size, root):
    """An entry's fields and opened texts, if it is in the signed log and they are its own."""
    need(set(given) == {"body", "proof", "openings"}, "an entry has other parts than it should")
    raw = given["body"].encode()
    body = read_json(given["body"])
    leaf = hashlib.sha256(b"\x00" + raw).digest()
    need(isinstance(given["proof"], list), "a proof is no list")
    path = [from_hex(node) for node in given["proof"]]
    where = f"entry {body['number']}"
    need(root_from(leaf, body["number"], size, path) == root, where + " is not in the signed log")
    texts = {}
    for name, opening in given["openings"].items():
        need(set(opening) == {"salt", "body"}, "a text has other parts than it should")
        digest = hashlib.sha256(from_hex(opening["salt"]) + opening["body"].encode()).hexdigest()
        need(digest == body["private"].get(name), where + ": not the recorded " + name)
        opened = read_json(opening["body"])
        need(opened["name"] == name, where + ": another text in place of the " + name)
        texts[name] = opened["value"]
    return body, texts, leaf


def check(text, keys):
    """What the exported record proves, in words. Raises Broken."""
    proof = read_json(text)
    need(proof["format"] == "suyuan-record-1", "this is no record that Suyuan exported")
    need(set(proof) == {"format", "record", "answer", "entries", "checkpoint"}, "other parts")
    origin, size, root = open_checkpoint(proof["checkpoint"], keys)
    entries = [read_entry(given, size, root) for given in proof["entries"]]
    bodies = [entry[0] for entry in entries]
    kinds, numbers = [b["kind"] for b in bodies], [b["number"] for b in bodies]
    need(kinds[0] == "opened", "the first entry does not open an answer")
    of_one = len({body["answer"] for body in bodies}) == 1
    need(of_one and numbers == sorted(set(numbers)), "entries of several answers or out of order")
    record = f"{numbers[0]:08d}-{entries[0][2].hex()[:16]}"
    need(proof["record"] == record, "the record's name is " + record)
    seals = [entry for entry in entries if entry[0]["kind"] in ("closed", "interrupted")]
    need(len(seals) == 1, "the answer is not sealed, or not once")
    seal, texts, _ = seals[0]
    for name, kind in (("sentences", "sentence"), ("rejected", "rejected")):
        whole = seal["kind"] == "interrupted" or seal[name] == kinds.count(kind)
        need(whole, f"an entry is missing: {kind}")
    status, answer = seal.get("status", "interrupted"), texts.get("answer")
    same = [json.dumps(value, sort_keys=True) for value in (proof["answer"], answer)]
    need(same[0] == same[1], "the answer is not the one that was recorded")
    said = "its text was erased" if "erased" in kinds else "its text is not in this file"
    if answer is not None:
        need((answer["record"], answer["status"]) == (record, status), "another record or status")
        said = "question: " + answer["question"]
        sentences = [entry for entry in entries if entry[0]["kind"] == "sentence"]
        for claim, (body, texts, _) in zip(answer["claims"], sentences, strict=True):
            need(claim["text"] == texts.get("text", claim["text"]), "a sentence in other words")
            for shown, kept in zip(claim["citations"], body["citations"], strict=True):
                quote = hashlib.sha256(shown["quote"].encode()).hexdigest()
                places = all(shown[p] == kept[p] for p in ("document", "paragraph", "start", "end"))
                need(places and quote == kept["quote_sha256"], "a sentence with other sources")
    elif status == "interrupted":
        said = "it was broken off: there is no whole answer"
    where = f"{status}, in the log {origin} of {size} entries"
    return f"holds: record {record} of {bodies[0]['time']}, {where}\n{said}"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print(check(file.read(), read_keys(sys.argv[2])))
    except Exception as error:  # whatever a file made to mislead leads to, it does not hold
        why = error if isinstance(error, Broken) else f"damaged or unreadable: {error!r}"
        sys.exit(f"DOES NOT HOLD: {why}")

"""Canonical bytes, and commitments that can be opened, and forgotten."""

from __future__ import annotations

import hashlib
import json

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from rag.audit.entries import Json, Opening, canonical

PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(VALUES)
def test_canonical_bytes_are_read_back_and_do_not_depend_on_order(value: Json) -> None:
    told = canonical(value)
    assert json.loads(told) == value
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == told


NUMBERS = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-1.0, 1.0)
    | st.integers(-(10**16), 10**16).map(float)
)
ENCODABLE = st.text(st.characters(exclude_categories=["Cs"]))
ANYTHING = st.recursive(
    st.none() | st.booleans() | ENCODABLE | NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ENCODABLE, inner, max_size=4),
)


@given(ANYTHING)
@example([-0.0, 0.0, 1.0, 1e15, 1e16, 1e-4, 9.9e-5, 1e21, 2.5e15])
@example({"\ue000": 1, "\U0001f600": 2, "a": "\x7f\u2028\x1f"})
def test_the_short_way_writes_what_the_library_writes(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_the_example_of_the_standard() -> None:
    """RFC 8785, section 3.2.2 and 3.2.3: numbers, escapes and the order of names."""
    value: Json = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(st.text(st.characters(), max_size=20))
def test_any_text_can_be_recorded_lone_surrogates_too(text: str) -> None:
    kept = json.loads(canonical({"question": text}))["question"]
    assert kept == text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@given(st.text(), VALUES)
def test_a_commitment_is_the_hash_of_salt_and_text_and_never_twice_the_same(
    name: str, value: Json
) -> None:
    one, other = Opening.of(name, value), Opening.of(name, value)
    assert one.commitment == hashlib.sha256(one.salt + one.body).hexdigest()
    assert one.commitment != other.commitment, "equal texts cannot be told from their hashes"
    assert json.loads(one.body) == {"name": name, "value": value}

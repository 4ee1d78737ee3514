"""The northbound API as HTTP and JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.codec.between import Between
from nodes.codec.http_json import Message, decode, encode, read
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.octets import DecodeError
from tests.support.codec import HTTP, attempt, tiles

GUTI_A = GUTI.decode(bytes.fromhex("99f999234501000004d2"))
TO_SCEF = Between("as-1", "scef")
REQUEST = encode(KeyRetrievalRequest("as-1", "ue-1.1", GUTI_A), TO_SCEF)
ANSWER = encode(KeyRetrievalAnswer("as-1", "ue-1.1", KeyResult.NO_KEY_YET), Between("scef", "as-1"))


@given(HTTP)
def test_message_is_decoded_to_what_was_encoded(message: Message) -> None:
    octets = encode(message, TO_SCEF)
    assert decode(octets) == message
    assert tiles(read(octets).groups) == octets


def with_body(body: bytes, head: bytes = REQUEST) -> bytes:
    start = head.partition(b"\r\n\r\n")[0].rpartition(b": ")[0]
    return start + b": " + str(len(body)).encode() + b"\r\n\r\n" + body


CHANGED = st.builds(
    lambda octets, at, value: octets[: at % len(octets)] + bytes((value,)) + octets[at % len(octets) + 1 :],
    st.sampled_from([REQUEST, ANSWER]),
    st.integers(0, 400),
    st.integers(0, 255),
)


@given(st.binary(max_size=60) | st.binary(max_size=40).map(with_body) | CHANGED)
def test_any_octets_are_read_and_explained_or_refused_with_their_place(octets: bytes) -> None:
    reading = attempt(read, octets)
    if reading is not None:
        assert b"".join(group.octets for group in reading.groups) == octets
    message = attempt(decode, octets)
    if reading is not None and message is not None:
        host = reading.headers.get("host", "").partition(".")[0]
        assert encode(message, Between("", host)) == octets


def test_error_is_a_problem_that_says_its_own_words() -> None:
    """RFC 9457; `result` is the demonstrator's word, not a `cause` of 3GPP's."""
    head, _, body = ANSWER.decode().partition("\r\n\r\n")
    assert head.splitlines()[:2] == ["HTTP/1.1 404 Not Found", "Content-Type: application/problem+json"]
    assert body == (
        '{"title":"Not Found","status":404,"detail":"404 (no key yet)","afId":"as-1","requestId":"ue-1.1",'
        '"result":"no-key-yet"}'
    )


@pytest.mark.parametrize(
    ("octets", "offset", "rule"),
    [
        (b"", 0, r"Start line has no end: CR and LF are wanted \(RFC 9112 §2.2\)"),
        (b"GET / HTTP/1.1\r\n", 0, "An HTTP message here begins 'POST /syncscope-ks/v1/retrieve HTTP/1.1', or .*"),
        (b"HTTP/1.1 \xff\r\n\r\n", 0, r"Start line is ASCII \(RFC 9112 §2.2\)"),
        (b"HTTP/1.1 200 OK\r\nA\r\n\r\n", 17, "A header is a name, a colon and a value, and comes once here"),
        (
            b"HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n\r\n",
            23,
            "A header is a name, a colon and a value, and comes once here",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n", 19, "Content-Length is missing, but 0 octets follow"),
        (REQUEST + b" ", 141, "Content-Length is 66, but 67 octets follow"),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value)[:40],
)
def test_octets_that_are_no_message_are_refused_with_their_place(octets: bytes, offset: int, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(octets)
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    ("body", "offset", "rule"),
    [
        (b"\xff", 0, r"JSON is UTF-8 \(RFC 8259 §8.1\)"),
        (b"[]", 0, r"JSON: { is wanted \(RFC 8259\)"),
        (b" { ", 3, r"JSON: \" is wanted \(RFC 8259\)"),
        (b'{"a"  :1 ]', 9, r"JSON: , or } is wanted \(RFC 8259\)"),
        ('{"é":x}'.encode(), 6, r"JSON: Expecting value \(RFC 8259\)"),
        (b'{"a":1} x', 8, r"JSON: the object is complete, but more follows \(RFC 8259\)"),
        (b'{"a": 1 , "a":2}', 9, "The JSON object has 'a' twice"),
        (b'{"a":' + b"[" * 100_000, 5, r"JSON: it is nested too deeply \(RFC 8259\)"),
        (b'{"a":' + b"1" * 5000 + b"}", 5, r"JSON: a number is too long \(RFC 8259\)"),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value)[:40],
)
def test_body_that_is_no_json_object_is_refused_with_its_place(body: bytes, offset: int, rule: str) -> None:
    octets = with_body(body)
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(octets)
    assert refused.value.offset == len(octets) - len(body) + offset


@pytest.mark.parametrize(
    ("octets", "rule"),
    [
        (with_body(b'{"afId":1}'), "afId: a text is wanted"),
        (with_body(b'{"guti":"x"}'), "guti: hexadecimal digits are wanted, two an octet"),
        (with_body(b'{"guti":"00"}'), "guti: GUTI is 10 octets .*, got 1"),
        (with_body(b'{"afId":"as-1"}'), "The JSON object lacks what says request"),
        (with_body(b'{"result":[]}', ANSWER), "result: the result is none of a key request"),
        (REQUEST.replace(b"scef.epc", b"scef.xpc"), "Well formed, but this product's message goes on otherwise"),
    ],
)
def test_message_that_says_what_this_product_has_no_value_for_is_not_decoded(octets: bytes, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$"):
        decode(octets)


def test_space_in_json_belongs_to_its_member() -> None:
    body = read(with_body(b' {\n"afId" : "as-1" , "x": [1, {"y": 2}] } ')).groups[-1]
    assert [(part.name, part.value, part.octets) for part in body.parts] == [
        ("afId", "as-1", b' {\n"afId" : "as-1" ,'),
        ("x", "[1, {'y': 2}]", b' "x": [1, {"y": 2}] } '),
    ]

"""Key requests: the northbound status of each outcome."""

from nodes.protocol.messages.key_requests import KeyResult


def test_every_result_has_a_status() -> None:
    assert {result.value: result.status for result in KeyResult} == {
        "ok": 200,
        "guti-unknown": 404,
        "no-key-yet": 404,
        "conflict": 409,
        "bad-gateway": 502,
        "time-out": 504,
    }

"""What somebody on a link can change."""

import pytest

from nodes.protocol.identities import IMSI
from nodes.protocol.messages import nas
from nodes.protocol.messages.alter import alter, altered_field
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.octets import AUTN, RAND, RES

ALTERABLE = [
    (nas.AttachRequest(IMSI("999990000000001"), 7, b"\xa0\x20"), "UE network capability"),
    (nas.AuthenticationRequest(0, RAND(bytes(16)), AUTN(bytes(16))), "MAC-A in AUTN"),
    (nas.AuthenticationResponse(RES(bytes(8))), "RES"),
    (nas.SecurityProtected(nas.ServiceAccept(), 0, 0, bytes(4)), "MAC"),
    (ProtectedMessage(1, Direction.UPLINK, 0, bytes(20)), "tag"),
]


@pytest.mark.parametrize(("message", "field"), ALTERABLE, ids=[field for _, field in ALTERABLE])
def test_one_bit_changes_and_changes_back(message: object, field: str) -> None:
    assert altered_field(message) == field
    assert alter(message) != message
    assert alter(alter(message)) == message


def test_other_messages_cannot_be_altered() -> None:
    assert altered_field(nas.IdentityRequest()) is None
    with pytest.raises(KeyError):
        alter(nas.IdentityRequest())

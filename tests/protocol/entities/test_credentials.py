"""The secrets of a lab's subscribers: out of the seed, and worthless."""

import pytest

from nodes.protocol.crypto.milenage import Milenage, compute_opc
from nodes.protocol.crypto.tuak import Tuak
from nodes.protocol.dice import roll
from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.octets import OP
from nodes.protocol.options import Algorithm, Options, Setup
from nodes.protocol.world.genesis import credentials_of, imsi_of


def test_credentials_follow_from_the_seed() -> None:
    imsi = imsi_of("ue-1")
    one = credentials_of(Setup("one"), imsi)
    assert one == credentials_of(Setup("one"), imsi)
    assert one != credentials_of(Setup("two"), imsi)
    assert one != credentials_of(Setup("one"), imsi_of("ue-2"))
    assert one.opc == compute_opc(one.k, OP(roll("one", "hss", "", "OP", 0, length=16)))


@pytest.mark.parametrize(
    ("algorithm", "kind", "length"),
    [(Algorithm.MILENAGE, Milenage, 16), (Algorithm.TUAK, Tuak, 32)],
    ids=["milenage", "tuak"],
)
def test_functions_of_the_algorithm(algorithm: Algorithm, kind: type, length: int) -> None:
    credentials = credentials_of(Setup("one", Options(algorithm=algorithm)), imsi_of("ue-1"))
    assert isinstance(credentials.functions, kind)
    assert len(credentials.opc) == length
    assert Credentials(credentials.algorithm, credentials.k, credentials.opc).functions is credentials.functions

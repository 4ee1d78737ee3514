"""The MME's table: the phase of a UE, and why a message is refused in it."""

import pytest

from nodes.protocol.entities.machine import handle
from nodes.protocol.entities.mme.table import HANDLERS, MMEPhase, phase
from nodes.protocol.entities.security import NASDirection, protect
from nodes.protocol.errors import UnexpectedMessage
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.s10 import ContextAcknowledge, ContextRequest
from tests.support.protocol import (
    ATTACH,
    DETACH,
    IMSI_1,
    MOVE,
    NEW_TO_OLD,
    REAUTHENTICATE,
    TO_UE,
    after,
    context,
    lab,
    mme,
    take,
    until,
)

WORLD = after(lab(mmes=2), ATTACH)
REQUEST = nas.AuthenticationFailure(nas.EMMCause.MAC_FAILURE)


def test_phase_is_that_of_the_ue_that_sends() -> None:
    moving = until(take(WORLD, MOVE), *NEW_TO_OLD, ContextRequest)
    challenged = take(WORLD, REAUTHENTICATE)
    identified = until(take(after(WORLD, DETACH), ATTACH), *TO_UE, nas.IdentityRequest)
    assert phase(mme(WORLD), REQUEST, "ue-1") is MMEPhase.REGISTERED
    assert phase(mme(WORLD), REQUEST, "ue-2") is MMEPhase.UNKNOWN
    assert phase(mme(moving, "mme-2"), REQUEST, "ue-1") is MMEPhase.ARRIVING
    assert phase(mme(challenged), REQUEST, "ue-1") is MMEPhase.AUTHENTICATION
    assert phase(mme(identified), REQUEST, "ue-1") is MMEPhase.IDENTIFICATION
    assert phase(mme(WORLD), ContextAcknowledge("ue-1", IMSI_1), "mme-2") is MMEPhase.CORE


def test_ue_that_comes_from_another_mme_waits_for_its_context() -> None:
    world = until(take(WORLD, MOVE), *NEW_TO_OLD, ContextRequest)
    with pytest.raises(UnexpectedMessage, match="in context asked for on S10: mme_waits_for_context"):
        handle(HANDLERS, mme(world, "mme-2"), REQUEST, "ue-1")


def test_refusal_names_what_nas_security_wraps() -> None:
    """A foreign GUTI's request is handed to the table whole, but people know it by what is inside."""
    state = mme(take(WORLD, REAUTHENTICATE))
    current = context(WORLD).current
    assert current is not None
    foreign = nas.TrackingAreaUpdateRequest(GUTI(mme(WORLD, "mme-2").gummei, 1), current.ksi)
    _, request = protect(current, NASDirection.UPLINK, foreign)
    with pytest.raises(UnexpectedMessage, match="TrackingAreaUpdateRequest in authentication: mme_waits"):
        handle(HANDLERS, state, request, "ue-1")

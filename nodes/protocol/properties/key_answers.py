"""What the network would answer to a key request now, asked of the nodes that would answer it. Nothing is sent."""

from nodes.protocol.entities.application_server import ServerSession
from nodes.protocol.entities.mme.keys import key_for
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.scef import table as scef_node
from nodes.protocol.entities.scef.table import SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyRequest
from nodes.protocol.octets import KN, Ks
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.world.world import World, node_as


def network_key(world: World, ue: UEState) -> Ks | None:
    """The Ks, 32 octets, that the network would hand out now for the UE's GUTI.

    With the repair `named_key` a GUTI alone yields none: then for the GUTI and the name of the key that the UE uses.
    """
    return None if ue.guti is None else answer_for(world, ue.guti, ue.key_name)[1]


def answer_to_as(world: World, session: ServerSession) -> tuple[KeyResult, Ks | None]:
    """What the AS would get if it asked again: with the GUTI that it learned last, and the key's name if it has one.

    That GUTI may be an old one of its UE, or by now another UE's.
    """
    return answer_for(world, session.gutis[-1], session.key_name)


def answer_for(world: World, guti: GUTI, key_name: KN | None = None) -> tuple[KeyResult, Ks | None]:
    """What the network would answer now to a key request, and the Ks, 32 octets."""
    scef = node_as(world, SCEF, SCEFState)
    if scef.solution is Solution.PUSH:
        result, ks, _ = scef_node.key_for(scef, guti, key_name)
        return result, ks
    mme = scef_node.mme_for(scef, guti)
    if mme is None:
        return KeyResult.BAD_GATEWAY, None
    result, ks, _ = key_for(node_as(world, mme, MMEState), T6aKeyRequest("", "", guti, key_name))
    return result, ks

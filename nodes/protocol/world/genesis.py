"""The first world of a lab: every node before anything happened, all of it from options and seed."""

from nodes.protocol.crypto.milenage import compute_opc
from nodes.protocol.crypto.sqn import EMPTY_ARRAY
from nodes.protocol.crypto.tuak import compute_topc
from nodes.protocol.dice import roll
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.entities.hss.table import HSSState, Subscriber
from nodes.protocol.entities.mme.state import MMEState, Peer
from nodes.protocol.entities.scef.table import Route, SCEFState
from nodes.protocol.entities.third_party import ThirdPartyState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUMMEI, IMSI, PLMNIdentity, imsi
from nodes.protocol.octets import AMF, OP, SQN, TOP, K
from nodes.protocol.options import HSS, SCEF, THIRD_PARTY, Algorithm, Setup
from nodes.protocol.world.world import NodeState, World

PLMN = PLMNIdentity("999", "99")  # MCC 999 is for internal use (ITU-T E.212 Annex A)
MME_GROUP_ID = 0x8001  # the highest bit tells an MME Group ID from a LAC (TS 23.003 §2.8.2.2.2)
EPS_AMF = AMF(bytes.fromhex("8000"))  # separation bit 1, nothing else


def imsi_of(ue: str) -> IMSI:
    """IMSI of a lab's UE, 15 digits: PLMN 999-99 and the UE's number."""
    return imsi(f"99999{int(ue.removeprefix('ue-')):010d}")


def credentials_of(setup: Setup, subscriber: IMSI) -> Credentials:
    """K, 16 octets, and OPc or TOPc of a lab's subscriber, out of the seed: worthless, so they may be shown."""
    k = K(roll(setup.seed, HSS, subscriber, "K", length=16))
    if setup.options.algorithm is Algorithm.MILENAGE:
        op = OP(roll(setup.seed, HSS, "", "OP", length=16))
        return Credentials(Algorithm.MILENAGE, k, compute_opc(k, op))
    top = TOP(roll(setup.seed, HSS, "", "TOP", length=32))
    return Credentials(Algorithm.TUAK, k, compute_topc(k, top))


def _peers(gummeis: dict[str, GUMMEI], name: str) -> tuple[Peer, ...]:
    return tuple(Peer(gummei, mme) for mme, gummei in gummeis.items() if mme != name)


def first_world(setup: Setup) -> World:
    """Every node of a lab in its first state."""
    options = setup.options
    imsis = {name: imsi_of(name) for name in setup.ue_names}
    gummeis = {name: GUMMEI(PLMN, MME_GROUP_ID, code) for code, name in enumerate(setup.mme_names, 1)}
    mmes = tuple(MMEState(name, gummeis[name], options, setup.seed, peers=_peers(gummeis, name)) for name in gummeis)
    secrets = {name: credentials_of(setup, imsis[name]) for name in setup.ue_names}
    subscribers = tuple(Subscriber(imsis[name], secrets[name], SQN(0), EPS_AMF) for name in setup.ue_names)
    nodes: tuple[NodeState, ...] = (
        HSSState(HSS, options.solution, setup.seed, subscribers, options.ordered_push),
        SCEFState(
            SCEF,
            options.solution,
            tuple(Route(mme.gummei, mme.name) for mme in mmes),
            names_keys=options.named_key,
        ),
        ThirdPartyState(THIRD_PARTY),
        *mmes,
        *(ApplicationServerState(name, options.named_key) for name in setup.application_server_names),
        *(
            UEState(
                name,
                imsis[name],
                secrets[name],
                PLMN,
                EMPTY_ARRAY,
                names_keys=options.named_key,
                notices_failure=options.ue_notices_failure,
            )
            for name in setup.ue_names
        ),
    )
    return World(nodes, index={state.name: position for position, state in enumerate(nodes)})

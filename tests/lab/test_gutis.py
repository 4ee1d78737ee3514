"""Which GUTI is which: numbers by the order in which they came, and whom each names now."""

from dataclasses import replace

from core.lab.gutis import Naming, gutis_in, in_order, naming
from core.lab.moment import PlainChange
from core.lab.parts import Octets
from core.lab.scene import Scene
from nodes.diagram.rows import GUTITag
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.mme.state import MMEState, context_of
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages import commands
from nodes.protocol.options import MTMSIReuse, Options, Setup
from nodes.protocol.world.actions import Command, Restart
from nodes.protocol.world.world import node_as
from tests.fixtures.moments import ATTACH, IMSI_1, IMSI_2, OPEN, REALLOCATE, Driven, in_session, moved

DETACH = Command("ue-1", commands.Detach())
ATTACH_2 = Command("ue-2", commands.Attach("mme-1"))


def ue_guti(driven: Driven, name: str = "ue-1") -> str:
    return str(node_as(driven.world, name, UEState).guti)


def reused() -> Driven:
    """UE A has gone, and UE B has its M-TMSI, which the AS still knows as that of UE A."""
    setup = Setup("test", Options(m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), ues=2)
    return Driven(setup).run(ATTACH, OPEN, DETACH, ATTACH_2)


def naming_at_as(driven: Driven) -> Naming:
    session = node_as(driven.world, "as-1", ApplicationServerState).session_of("ue-1")
    assert session is not None
    return naming(driven.world, session.gutis[-1], IMSI_1)


def test_gutis_are_numbered_in_the_order_in_which_they_came() -> None:
    driven = in_session()
    first = ue_guti(driven)
    driven.run(REALLOCATE)
    assert driven.moment().gutis == (first, ue_guti(driven))


def test_the_same_octets_keep_their_number_whoever_has_them() -> None:
    driven = reused()
    assert driven.moment().gutis == (ue_guti(driven, "ue-2"),)


def test_a_guti_has_its_number_from_when_the_mme_chose_it() -> None:
    """Before the UE or anybody else has heard of it."""
    driven = Driven().take(ATTACH).until("AuthenticationRequest")
    context = context_of(node_as(driven.world, "mme-1", MMEState), IMSI_1)
    assert context is not None
    assert driven.moment().gutis == (str(context.guti),)


def test_other_nodes_bring_no_guti() -> None:
    changes = (PlainChange(("ue-1", "guti"), None, "a1"), PlainChange(("mme-1", "contexts", "1", "guti"), None, "b2"))
    assert list(gutis_in(changes)) == ["b2"]
    whole = PlainChange(("mme-1", "contexts", "1"), None, {"guti": "c3", "procedure": {"renewal": {"guti": "d4"}}})
    assert list(gutis_in((whole, PlainChange(("mme-1", "contexts", "1", "guti"), "c3", None)))) == ["c3", "d4"]
    assert in_order(("b2",), ("c3", "b2")) == ("b2", "c3")


def test_a_guti_is_valid_while_its_mme_has_it_in_the_context_of_the_ue() -> None:
    assert naming_at_as(in_session()) is Naming.VALID


def test_both_gutis_are_valid_until_the_reallocation_is_complete() -> None:
    """TS 24.301 §5.4.1.4: the MME takes the old one for invalid at GUTI REALLOCATION COMPLETE."""
    driven = in_session().take(REALLOCATE)
    assert naming_at_as(driven) is Naming.VALID
    assert naming_at_as(driven.settle()) is Naming.OLD


def test_a_guti_is_old_after_detach_and_after_a_restart_of_the_mme() -> None:
    assert naming_at_as(in_session().run(DETACH)) is Naming.OLD
    assert naming_at_as(in_session().run(Restart("mme-1"))) is Naming.OLD


def test_a_guti_is_old_once_the_ue_is_at_another_mme() -> None:
    assert naming_at_as(moved()) is Naming.OLD


def test_a_guti_whose_m_tmsi_was_allocated_again_names_the_other_ue() -> None:
    driven = reused()
    assert naming_at_as(driven) is Naming.ANOTHERS
    guti = node_as(driven.world, "ue-2", UEState).guti
    assert guti is not None
    assert naming(driven.world, guti, IMSI_2) is Naming.VALID


def test_a_scene_says_of_a_tag_whom_it_names_for_whoever_holds_it() -> None:
    driven = in_session().run(REALLOCATE)
    scene = Scene(driven.moment())
    session = node_as(driven.world, "as-1", ApplicationServerState).sessions[0]
    assert scene.guti(session.gutis[0], IMSI_1) == GUTITag(1, str(session.gutis[0]), "old")
    assert scene.guti(session.gutis[0]) == GUTITag(1, str(session.gutis[0]))


def test_octets_that_no_step_brought_have_no_number() -> None:
    driven = in_session()
    scene = Scene(replace(driven.moment(), gutis=()))
    octets = ue_guti(driven)
    assert scene.guti(octets) == Octets(octets, "GUTI")
    guti = node_as(driven.world, "ue-1", UEState).guti
    assert scene.guti_tag(guti, IMSI_1) is None

"""What all panels of a moment need: how nodes are called, which badge an AV has, and whom a thing is about."""

from dataclasses import dataclass
from functools import cached_property

from core.lab.gutis import Naming, naming
from core.lab.moment import Moment, StepRecord
from core.lab.parts import Octets
from core.lab.selection import select, subject_of
from core.words.names import node_name, ue_letters
from nodes.diagram.rows import Badge, GUTITag
from nodes.protocol.entities.hss.table import HSSState, Subscriber
from nodes.protocol.entities.mme.state import MMEState, context_of_guti
from nodes.protocol.entities.scef.table import SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.world.engine import Event
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import World, node_as, nodes_of, ue_of_imsi


# Without slots: a look-up that was made once is kept in the instance.
@dataclass(frozen=True)
class Scene:
    """A moment with look-ups. Made once per page, so that no panel walks over all UEs of a large lab."""

    moment: Moment

    @property
    def world(self) -> World:
        return self.moment.world

    @property
    def solution(self) -> Solution:
        return self.moment.setup.options.solution

    @property
    def is_past(self) -> bool:
        return self.moment.at != self.moment.last_step

    @cached_property
    def ues(self) -> tuple[UEState, ...]:
        """The UEs that are shown, one or two."""
        return tuple(node_as(self.world, name, UEState) for name in self.moment.shown_ues)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Names and IMSIs of the shown UEs."""
        return frozenset(each for ue in self.ues for each in (ue.name, ue.imsi))

    @property
    def has_several(self) -> bool:
        """Whether two UEs are shown."""
        return len(self.ues) > 1

    @cached_property
    def shown_steps(self) -> tuple[tuple[StepRecord, tuple[Event, ...]], ...]:
        """The steps with those of their events that are about the shown nodes."""
        return tuple(select(self.moment, self.subjects))

    @cached_property
    def hss(self) -> HSSState:
        return node_as(self.world, HSS, HSSState)

    @cached_property
    def scef(self) -> SCEFState:
        return node_as(self.world, SCEF, SCEFState)

    @cached_property
    def _numbers(self) -> dict[IMSI, dict[bytes, int]]:
        return {
            ue.imsi: {vector.rand: number for number, vector in enumerate(self.subscriber(ue.imsi).issued, 1)}
            for ue in self.ues
        }

    def subscriber(self, imsi: IMSI) -> Subscriber:
        """Give the subscription of a UE; a lab has one of each, provisioned or not."""
        return next(each for each in self.hss.subscribers if each.imsi == imsi)

    def name(self, node_: str) -> str:
        return node_name(self.moment.setup, node_)

    def badge(self, vector: VectorName | None) -> Badge | None:
        """Give the badge of an AV; where the lab has several UEs it says of which it is."""
        return None if vector is None else Badge(vector.number, self._letters(vector.imsi))

    def badge_of_rand(self, imsi: IMSI, rand: bytes | None) -> Badge | None:
        """Give the badge of a RAND, 16 octets, that was made for a shown UE."""
        number = None if rand is None else self._numbers[imsi].get(rand)
        return None if number is None else self.badge(VectorName(imsi, number))

    def _letters(self, imsi: IMSI) -> str:
        if self.moment.setup.ues == 1:
            return ""
        shown = next((ue for ue in self.ues if ue.imsi == imsi), None)
        state = shown or ue_of_imsi(self.world, imsi)
        return f" of {imsi}" if state is None else ue_letters(int(state.name.partition("-")[2]))

    @cached_property
    def _guti_numbers(self) -> dict[str, int]:
        return {octets: number for number, octets in enumerate(self.moment.gutis, 1)}

    def guti(self, guti: GUTI | str, imsi: IMSI | None = None) -> GUTITag | Octets:
        """Give the tag of a GUTI; with the IMSI of the UE for which it is held it says whether it still names that one.

        Octets that came into the lab in no step, as where a trace has them, have no number.
        """
        octets = str(guti)
        number = self._guti_numbers.get(octets)
        if number is None:
            return Octets(octets, "GUTI")
        state = self._state(guti, imsi) if isinstance(guti, GUTI) and imsi is not None else ""
        return GUTITag(number, octets, state)

    def guti_tag(self, guti: GUTI | None, imsi: IMSI | None = None) -> GUTITag | None:
        """Give the tag alone, where octets would say too much."""
        tag = None if guti is None else self.guti(guti, imsi)
        return tag if isinstance(tag, GUTITag) else None

    def _state(self, guti: GUTI, imsi: IMSI) -> str:
        match naming(self.world, guti, imsi):
            case Naming.VALID:
                return ""
            case Naming.OLD:
                return "old"
            case Naming.ANOTHERS:
                return f"now {self._holder(guti)}’s"

    def _holder(self, guti: GUTI) -> str:
        """Give the letters of the UE that a GUTI names."""
        contexts = (context_of_guti(mme, guti) for mme in nodes_of(self.world, MMEState))
        return next((self._letters(context.imsi) for context in contexts if context is not None), "")

    def is_about(self, subject: str) -> bool:
        """Whether a subject of a timer, a path or a request (AS/UE.number) is a shown UE."""
        return subject_of(subject) in self.subjects

    def concerns(self, source: str, destination: str, message: object) -> bool:
        """Whether a message is about a shown UE."""
        for end in (source, destination):
            if end.startswith("ue-"):
                return end in self.subjects
        # S10 names the UE's connection, S6a and the pushes its IMSI, key requests AS/UE.number.
        subject = getattr(message, "ue", None) or getattr(message, "imsi", None) or getattr(message, "request", "")
        return self.is_about(str(subject))

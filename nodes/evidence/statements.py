"""What the contribution states, in our words, and what each statement rests on here.

A statement is put to the test by properties, which the explorer decides, by tests of the nodes, or it is not shown;
then the reason is said. Identifiers are section and step of the contribution.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID


@dataclass(frozen=True, slots=True)
class Tests:
    """Tests that show it for the nodes, by any run of the suite: `file::function` below tests/."""

    names: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Against:
    """Tests that show that it is not so."""

    names: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class NotShown:
    reason: str


Ground = PropertyID | Tests | Against | NotShown


@dataclass(frozen=True, slots=True)
class Statement:
    """`solution`: whose properties are meant; None: those of both."""

    id: str
    text: str
    solution: Solution | None
    grounds: tuple[Ground, ...]


P = PropertyID
_SYNCHRONISED: Final = (P.P1, P.P1A, P.P1W, P.P2, P.P2Q, P.P3, P.P7, P.P8)
"""What "always synchronised" can mean: at rest, on delivery, in use, never out of step for good, by the AS alone."""


_MME: Final = "protocol/entities/test_mme"

_CLAIM: Final = (
    Statement(
        "0-1",
        "The SCEF knows with which AV the UE was authenticated last, so that it always gives the AS the right key.",
        None,
        (P.P2, P.P2Q, P.P4),
    ),
    Statement(
        "1-a",
        "In both solutions the SCEF gives a key only after the MME has confirmed that the UE is authenticated.",
        None,
        (
            Tests(
                (
                    "protocol/entities/test_mme_keys.py::test_guti_without_an_active_av_yet",
                    "protocol/entities/test_scef.py::test_mme_push_before_the_hss_push_is_parked",
                ),
                "Before, the answer is that there is no key yet.",
            ),
            P.P5,
        ),
    ),
    Statement(
        "1-b",
        "The MME, which makes the GUTI, keeps it in a one-to-one relation to the AV that is active.",
        None,
        (
            Against(
                (f"{_MME}_identity.py::test_both_gutis_are_valid_after_the_fifth_expiry_and_an_access_settles_them",),
                "Two GUTIs lead to one AV while a reallocation or an attach is not settled (TS 24.301 §5.4.1.6).",
            ),
        ),
    ),
)


def _first_steps(section: str, solution: Solution) -> Iterator[Statement]:
    """Steps 1 and 2, which both solutions share."""
    yield Statement(
        f"{section}-1",
        "To authenticate a UE the MME gets one AV or several from the HSS.",
        solution,
        (
            Tests(
                ("protocol/entities/test_hss.py::test_as_many_avs_as_are_asked_for",),
                "From 1 to 5 AVs, as the MME asks.",
            ),
        ),
    )
    yield Statement(
        f"{section}-2",
        "The MME challenges the UE with one of these AVs, and gives the UE a GUTI of its own choosing.",
        solution,
        (Tests((f"protocol/test_protocol_ladders.py::test_attach_in_solution_{solution:d}",), "Message by message."),),
    )


_PULL: Final = (
    Statement(
        "2.1-3",
        "After authentication the UE context of the MME says which AV is active; the MME may derive Ks there and then.",
        Solution.PULL,
        (
            Tests(
                ("protocol/test_protocol_ladders.py::test_mme_of_solution_11_gives_the_ks_of_the_active_av",),
                "With and without a stored Ks.",
            ),
            P.P1A,
        ),
    ),
    Statement(
        "2.1-4",
        "Asked by an application server or a third-party server, the SCEF asks the MME that the GUTI points to.",
        Solution.PULL,
        (
            Tests(
                (
                    "protocol/entities/test_scef.py::test_mme_is_found_by_the_gummei",
                    "protocol/test_protocol_ladders.py::test_third_party_server_asks_for_the_as_and_hands_it_the_key",
                ),
                "By the GUMMEI in the GUTI, which the contribution leaves open.",
            ),
        ),
    ),
    Statement(
        "2.1-5",
        "A GUTI stands for one UE and not for one AV; the MME knows with which AV it authenticated the UE.",
        Solution.PULL,
        (
            Tests(
                ("protocol/test_protocol_ladders.py::test_reauthentication_changes_the_av_and_keeps_the_guti",),
                "One GUTI lives through several AVs. Which AV the UE uses is another question: see P1w.",
            ),
            P.P1,
            P.P1W,
            P.P4,
        ),
    ),
    Statement(
        "2.1-6",
        "From the K_ASME of the active AV the MME derives Ks and gives it to the SCEF.",
        Solution.PULL,
        (Tests(("protocol/entities/test_mme_keys.py::test_ks_of_the_active_av",), "With our own formula for Ks."),),
    ),
    Statement(
        "2.1-7",
        "The MME knows the AV in use, so UE and application server never differ on which AV their Ks is of.",
        Solution.PULL,
        _SYNCHRONISED,
    ),
)

_PUSH: Final = (
    Statement(
        "2.2-3",
        "Along with the AVs the HSS sends the SCEF the IMSI and a pair of RAND and Ks for each of them.",
        Solution.PUSH,
        (
            Tests(
                ("protocol/entities/test_hss.py::test_push_has_one_pair_per_av",), "The reference point is our choice."
            ),
        ),
    ),
    Statement(
        "2.2-4",
        "Once an AV is active the MME sends the SCEF its RAND with GUTI and IMSI.",
        Solution.PUSH,
        (
            Tests(
                (
                    "protocol/entities/test_mme_push.py::test_push_names_rand_guti_and_imsi_of_the_active_av",
                    "protocol/entities/test_mme_push.py::test_lost_push_is_repeated_until_answered",
                    "protocol/entities/test_mme_push.py::test_push_is_abandoned_on_the_fifth_expiry",
                ),
                "Without an answer it is repeated, at most four times.",
            ),
        ),
    ),
    Statement(
        "2.2-5",
        "The SCEF finds the record by IMSI and the pair by RAND, binds the GUTI to it and flags this Ks ACTIVE.",
        Solution.PUSH,
        (
            Tests(
                ("protocol/entities/test_scef.py::test_one_key_is_active_and_no_other",), "One ACTIVE Ks in a record."
            ),
            Tests(
                ("protocol/entities/test_scef.py::test_mme_push_before_the_hss_push_is_parked",),
                "In whichever order they come.",
            ),
            P.P5,
        ),
    ),
    Statement(
        "2.2-6",
        "Asked with a GUTI, the SCEF hands out the Ks that is ACTIVE in the record of this GUTI.",
        Solution.PUSH,
        (
            Tests(
                (
                    "protocol/test_protocol_ladders.py::test_ue_and_as_end_with_the_same_key",
                    "protocol/entities/test_scef.py::test_solution_12_asks_no_mme",
                ),
                "Without asking the MME, when nothing is under way.",
            ),
            P.P1,
            P.P1A,
            P.P4,
        ),
    ),
    Statement(
        "2.2-7",
        "Although a GUTI is not tied to one AV, UE and application server never differ on which Ks is in use.",
        Solution.PUSH,
        _SYNCHRONISED,
    ),
)

_GUTI: Final = (
    Statement(
        "3-a",
        "A GUTI names a UE for a while, within the MME that made it; it comes from no key, and no key from it.",
        None,
        (
            Tests(
                (
                    "protocol/test_identities.py::test_guti_of_published_message",
                    "protocol/test_protocol_ladders.py::test_reallocation_changes_the_guti_and_keeps_the_av",
                    "protocol/crypto/test_eps_keys.py::test_k_asme_of_published_derivation",
                    "protocol/crypto/test_eps_keys.py::test_ks_and_k_app_are_the_demonstrators_own_formulas",
                ),
                "Its composition; a new GUTI leaves every key as it is; no key formula takes it in. It is unique in the"
                " world, as it begins with PLMN and MME (TS 23.003 §2.8.1). That the M-TMSI is random is our choice.",
            ),
        ),
    ),
    Statement(
        "3-b",
        "That the application server learns the GUTI is no risk, as it is trusted and the GUTI reaches it protected.",
        None,
        (
            NotShown(
                "Trust between networks and the protection of the northbound interface are taken as given here, not"
                " modelled. In the lab the UE itself tells the AS its GUTI, in clear. What a GUTI that was kept can"
                " still fetch is P4 and P6."
            ),
            P.P4,
        ),
    ),
    Statement(
        "3-c",
        "After a reallocation the old GUTI is of no use, even to an application server that has kept it.",
        None,
        (
            Tests(
                (
                    "protocol/test_protocol_ladders.py::test_reallocation_every_second_access",
                    "protocol/entities/test_mme_identity.py::test_period_that_ends_during_a_procedure_is_put_off",
                ),
                "It can be by number of accesses or by time, as well as on command.",
            ),
            P.P6,
            P.P8,
        ),
    ),
    Statement(
        "3-d",
        "Other solutions that derive keys from AKA name no identity for the UE’s session and its keys.",
        None,
        (NotShown("Other solutions are not modelled."),),
    ),
)

_CONCLUSION: Final = (
    Statement(
        "4-1",
        "Both solutions guarantee that UE and AS go by the same AV, so that the Editor’s Note can be deleted.",
        None,
        (P.P1, P.P1W, P.P2, P.P3),
    ),
)

STATEMENTS: Final[tuple[Statement, ...]] = (
    *_CLAIM,
    *_first_steps("2.1", Solution.PULL),
    *_PULL,
    *_first_steps("2.2", Solution.PUSH),
    *_PUSH,
    *_GUTI,
    *_CONCLUSION,
)

SECTIONS: Final[Mapping[str, str]] = {
    "0": "Abstract",
    "1": "Introduction",
    "2.1": "Solution 11: the SCEF asks the MME",
    "2.2": "Solution 12: HSS and MME push to the SCEF",
    "3": "The GUTI as the name of the UE",
    "4": "Conclusion",
}

"""The abnormal cases of TS 24.301, letter by letter: the test that shows each, or why there is none."""

import re
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).parent

NO_RADIO: Final = "no radio: access barring, handover, cells and transmission failures are not in the model"
NO_WAIT_TIME: Final = "no congestion: extended wait times, T3346, T3447 and T3448 are not in the model"
NO_SM: Final = "no session management: EPS bearers and PDN connections are not in the model"
NO_CS: Final = "no CS fallback"
VALID: Final = "messages in the model have every mandatory information element"
ONE_DETACH: Final = "left out: network-initiated detach"
NOT_TOLD: Final = "a UE of a lab cannot be told to detach while a procedure of its own runs"

LETTERS: Final = {
    "5.4.1.6": "a b c d e f g",
    "5.4.2.7": "a b c d e f g h i j k l",
    "5.4.3.6": "a b c",
    "5.4.3.7": "a b c d e",
    "5.4.4.6": "a b c d e f g h",
    "5.5.1.2.6": "a aa b c d e f g h i j k l la m n o",
    "5.5.1.2.7": "a b c d e f g h i j",
    "5.5.2.2.4": "a b c d e f g h i",
    "5.5.3.2.6": "a aa b c d e f g h i j k ka l la m o p",
    "5.5.3.2.7": "a b c d e f g h",
    "5.6.1.6": "a b c d e f g h i j k l la m n o p",
    "5.6.1.7": "a b c d e f g",
}
"""The items of each clause, as Release 19 has them."""

CASES: Final = {
    "5.4.1.6": {
        "a": "test_reallocation_leaves_both_gutis_valid",
        "b": "test_both_gutis_are_valid_after_the_fifth_expiry_and_an_access_settles_them",
        "c": "test_attach_that_was_on_its_way_aborts_the_reallocation_and_its_push_ends_the_withdrawal",
        "d": "test_detach_that_meets_a_procedure_of_the_mme_aborts_it",
        "e": "test_request_that_meets_a_reallocation_aborts_it",
        "f": NO_CS,
        "g": NO_RADIO,
    },
    "5.4.2.7": {
        "a": "test_reauthentication_is_abandoned_and_the_old_av_stays_active",
        "b": "test_reauthentication_is_abandoned_on_the_fifth_expiry_of_t3460",
        "c": "test_mac_failure_leads_to_identification_and_reject",
        "d": "test_amf_without_separation_bit_is_refused_and_the_ue_rejected",
        "e": "test_synch_failure_deletes_unused_avs_resynchronises_and_tries_again",
        "f": "test_third_failure_in_a_row_is_that_of_the_network",
        "g": NO_RADIO,
        "h": NO_RADIO,
        "i": NO_RADIO,
        "j": NO_RADIO,
        "k": NO_RADIO,
        "l": "test_plain_authentication_reject_is_discarded_where_no_challenge_was_answered",
    },
    "5.4.3.6": {"a": NO_RADIO, "b": NO_RADIO, "c": NO_RADIO},
    "5.4.3.7": {
        "a": "test_security_mode_control_is_abandoned",
        "b": "test_command_is_repeated_after_complete_was_lost",
        "c": "test_request_that_meets_security_mode_command_leaves_ue_and_network_apart",
        "d": "test_request_that_meets_a_challenge_goes_on_beside_it",
        "e": NO_RADIO,
    },
    "5.4.4.6": {
        "a": "test_identification_ends_with_the_connection_that_it_runs_on",
        "b": "test_identification_is_abandoned_on_the_fifth_expiry_of_t3470",
        "c": "identification of a UE that attaches belongs to its attach",
        "d": "test_identification_begins_anew_with_a_repeated_attach_request",
        "e": "the context that the identification is about goes with the detach",
        "f": "both go on, by the handler of an update that meets a challenge",
        "g": NO_CS,
        "h": NO_RADIO,
    },
    "5.5.1.2.6": {
        "a": NO_RADIO,
        "aa": NO_RADIO,
        "b": "test_procedure_is_abandoned_at_once",
        "c": "test_attach_is_tried_five_times",
        "d": "test_attach_reject_with_another_cause_than_8_leaves_guti_and_context",
        "e": NO_RADIO,
        "f": NOT_TOLD,
        "g": ONE_DETACH,
        "h": NO_RADIO,
        "i": NO_RADIO,
        "j": NO_SM,
        "k": NO_RADIO,
        "l": NO_WAIT_TIME,
        "la": NO_WAIT_TIME,
        "m": NO_WAIT_TIME,
        "n": NO_SM,
        "o": NO_WAIT_TIME,
    },
    "5.5.1.2.7": {
        "a": "test_attach_is_abandoned",
        "b": VALID,
        "c": "test_attach_is_abandoned_on_the_fifth_expiry_of_t3450",
        "d": "test_same_attach_request_after_accept_gets_accept_again",
        "e": "test_other_attach_request_aborts_the_attach_that_runs",
        "f": "test_attach_request_that_is_not_the_ues_changes_nothing",
        "g": "test_request_before_attach_complete_is_rejected_and_the_new_guti_valid",
        "h": "test_detach_that_meets_a_procedure_of_the_mme_aborts_it",
        "i": NO_SM,
        "j": "every UE of a lab has the mandatory algorithms",
    },
    "5.5.2.2.4": {
        "a": NO_RADIO,
        "b": "test_procedure_is_abandoned_at_once",
        "c": "test_detach_is_tried_five_times_and_then_done_locally",
        "d": ONE_DETACH,
        "e": "test_detaching_ue_answers_challenges",
        "f": NO_RADIO,
        "g": NO_RADIO,
        "h": NO_RADIO,
        "i": NO_CS,
    },
    "5.5.3.2.6": {
        "a": NO_RADIO,
        "aa": NO_RADIO,
        "b": "test_procedure_is_abandoned_at_once",
        "c": "test_tracking_area_update_is_tried_five_times",
        "d": "the MME of a lab rejects an update with causes #9 and #10 alone",
        "e": NO_RADIO,
        "f": ONE_DETACH,
        "g": "test_request_that_meets_a_reallocation_aborts_it",
        "h": NO_RADIO,
        "i": NO_RADIO,
        "j": NO_RADIO,
        "k": NO_WAIT_TIME,
        "ka": NO_WAIT_TIME,
        "l": NO_WAIT_TIME,
        "la": NO_WAIT_TIME,
        "m": NOT_TOLD,
        "o": NO_WAIT_TIME,
        "p": NO_CS,
    },
    "5.5.3.2.7": {
        "a": "test_tracking_area_update_ends_with_both_gutis_valid",
        "b": VALID,
        "c": "test_update_is_abandoned_on_the_fifth_expiry_of_t3450",
        "d": "test_same_request_after_accept_gets_accept_again",
        "e": "test_same_request_again_changes_nothing_while_the_ue_is_authenticated",
        "f": NO_RADIO,
        "g": "test_detach_waits_for_the_end_of_the_update",
        "h": "left out: periodic updating",
    },
    "5.6.1.6": {
        "a": NO_RADIO,
        "b": "test_procedure_is_abandoned_at_once",
        "c": "test_service_request_is_abandoned_on_the_first_expiry_of_t3417",
        "d": NO_CS,
        "e": "the MME of a lab gives no other cause",
        "f": "a UE that waits for SERVICE ACCEPT is not told to update",
        "g": NOT_TOLD,
        "h": ONE_DETACH,
        "i": NO_RADIO,
        "j": NO_RADIO,
        "k": NO_SM,
        "l": NO_WAIT_TIME,
        "la": NO_WAIT_TIME,
        "m": NO_WAIT_TIME,
        "n": NO_RADIO,
        "o": NO_WAIT_TIME,
        "p": NO_WAIT_TIME,
    },
    "5.6.1.7": {
        "a": "SERVICE ACCEPT follows at once: there is nothing to abort",
        "b": VALID,
        "c": "test_repeated_service_request_counts_once",
        "d": "SERVICE ACCEPT follows at once",
        "e": "SERVICE ACCEPT follows at once",
        "f": NO_SM,
        "g": NO_SM,
    },
}


def functions() -> frozenset[str]:
    """Every test of the protocol."""
    found = (
        re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE) for path in FOLDER.rglob("*.py")
    )
    return frozenset(name for names in found for name in names)


@pytest.mark.parametrize("clause", LETTERS)
def test_no_letter_is_missing(clause: str) -> None:
    assert list(CASES[clause]) == LETTERS[clause].split()


def test_each_case_names_a_test_or_a_reason() -> None:
    known = functions()
    named = {text for cases in CASES.values() for text in cases.values() if text.startswith("test_")}

    assert named <= known, f"no such tests: {sorted(named - known)}"
    assert all(" " in text for cases in CASES.values() for text in cases.values() if not text.startswith("test_"))

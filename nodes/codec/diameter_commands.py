"""Diameter messages of this product as tables of AVPs: S6a (TS 29.272 §7.2), and what nothing defines, T6a and S6t."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from nodes.codec import diameter_avps as avps
from nodes.codec.diameter_avps import AVP
from nodes.codec.groups import NOT_3GPP
from nodes.protocol.identities import imsi
from nodes.protocol.messages import key_requests, pushes, s6a
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import AUTN, KASME, KN, RAND, RES, DecodeError, Ks

Message = s6a.S6aMessage | pushes.PushMessage | key_requests.T6aKeyRequest | key_requests.T6aKeyAnswer

S6A: Final = 16777251
S6T: Final = 16777345
T6A: Final = 16777346
APPLICATIONS: Final[Mapping[int, str]] = MappingProxyType({S6A: "3GPP S6a", S6T: "3GPP S6t", T6A: "3GPP T6a/T6b"})

# "For experimental use" (RFC 6733 §11.2.1): the two command codes that anybody may take.
_KEY_REQUEST: Final = 0xFFFFFE
_PUSH: Final = 0xFFFFFF
_SUCCESS: Final = 2001
_NO_STATE_MAINTAINED: Final = 1
_EUTRAN: Final = 1004
_SKIP_SUBSCRIBER_DATA: Final = 0b110  # over S6a, and subscription data are left out
_SEPARATION_INDICATION: Final = 1
_MME_UPDATE_PROCEDURE: Final = 0
_ACTIVE_VECTOR: Final = 0
_GUTI_WITHDRAWAL: Final = 1


_SAME: Final[Callable[[Any], Any]] = lambda value: value  # noqa: E731 (a default)


@dataclass(frozen=True, slots=True)
class Row:
    """An AVP of a message: of a `field` of it, constant, or grouped, of `rows`.

    `to` makes the AVP's value of the field's, None for no AVP; `back` undoes it. A grouped AVP with a field is there
    for each value in it, and `make` builds that value of its rows' fields; without a field its rows are of the message.
    """

    avp: AVP
    field: str = ""
    constant: int | None = None
    rows: tuple["Row", ...] = ()
    to: Callable[[Any], Any] = _SAME
    back: Callable[[Any], Any] = _SAME
    make: type[Any] | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A request or an answer: command code (24 bits), application, and the AVPs in order.

    `number` and `others` are the fields that the Session-Id carries.
    """

    name: str
    code: int
    application: int
    clause: str
    rows: tuple[Row, ...]
    number: str = ""
    others: tuple[str, ...] = ()
    is_request: bool = True

    @property
    def key(self) -> tuple[int, int, bool]:
        return (self.code, self.application, self.is_request)


def _head(application: int) -> tuple[Row, ...]:
    identifier = (
        Row(avps.VENDOR_ID, constant=avps.TGPP),
        Row(avps.AUTH_APPLICATION_ID, constant=application),
    )
    return (Row(avps.SESSION_ID, "session"), Row(avps.VENDOR_SPECIFIC_APPLICATION_ID, rows=identifier))


_STATE: Final = Row(avps.AUTH_SESSION_STATE, constant=_NO_STATE_MAINTAINED)
_ORIGIN: Final = (_STATE, Row(avps.ORIGIN_HOST, "origin_host"), Row(avps.ORIGIN_REALM, "realm"))
_DESTINATION: Final = (Row(avps.DESTINATION_HOST, "destination_host"), Row(avps.DESTINATION_REALM, "realm"))
_USER_NAME: Final = Row(avps.USER_NAME, "imsi", back=imsi)
_USER: Final = Row(avps.USER_IDENTIFIER, rows=(_USER_NAME,))
_VECTOR: Final = (
    Row(avps.ITEM_NUMBER, "item"),
    Row(avps.RAND, "rand", back=RAND),
    Row(avps.XRES, "xres", back=RES),
    Row(avps.AUTN, "autn", back=AUTN),
    Row(avps.KASME, "k_asme", back=KASME),
)
_PAIR: Final = (Row(avps.RAND, "rand", back=RAND), Row(avps.KS, "ks", back=Ks))
_ORDER: Final = Row(
    avps.PUSH_ORDER,
    "order",
    rows=(Row(avps.PUSH_EPOCH, "epoch"), Row(avps.PUSH_COUNT, "count")),
    make=pushes.PushOrder,
)
_GUTIS: Final = Row(avps.GUTI, "gutis", many=True)
_KEY_NAMES: Final = Row(avps.KEY_NAME, "names", many=True, back=KN)
_RESULT: Final = Row(avps.RESULT_CODE, constant=_SUCCESS)


def _result(field: str, vendor: int, codes: Mapping[Any, int], success: object = None) -> tuple[Row, ...]:
    """Result-Code where all went well, else Experimental-Result (RFC 6733 §7.6)."""
    values = {code: value for value, code in codes.items()}

    def value_of(code: int) -> object:
        if code not in values:
            raise DecodeError(f"Experimental-Result-Code {code} is none that this product sends")
        return values[code]

    failed = (
        Row(avps.VENDOR_ID, constant=vendor),
        Row(avps.EXPERIMENTAL_RESULT_CODE, field, to=codes.get, back=value_of),
    )
    return (
        Row(avps.RESULT_CODE, field, to=lambda value: _SUCCESS if value == success else None, back=lambda _: success),
        Row(avps.EXPERIMENTAL_RESULT, rows=failed),
    )


def _request(
    name: str, code: int, application: int, clause: str, *rows: Row, others: tuple[str, ...], number: str = ""
) -> Command:
    all_rows = (*_head(application), *_ORIGIN, *_DESTINATION, *rows)
    return Command(f"{name}-Request", code, application, clause, all_rows, number, others)


def _answer(request: Command, name: str, *rows: Row, result: tuple[Row, ...] = (_RESULT,)) -> Command:
    all_rows = (*_head(request.application), *result, *_ORIGIN, *rows)
    return replace(request, name=f"{name}-Answer", is_request=False, rows=all_rows)


# Requests and answers

_S6A_RESULT: Final = _result("error", avps.TGPP, {error: error.value for error in s6a.S6aError})
_KEY_RESULT: Final = _result("result", avps.OURS, avps.KEY_RESULTS, KeyResult.OK)
_OURS: Final = f"this demonstrator, {NOT_3GPP}"
_BY_IMSI: Final = ("imsi",)

_AIR: Final = _request(
    "Authentication-Information",
    318,
    S6A,
    "TS 29.272 §7.2.5, §7.2.6",
    _USER_NAME,
    Row(
        avps.REQUESTED_EUTRAN_AUTHENTICATION_INFO,
        rows=(
            Row(avps.NUMBER_OF_REQUESTED_VECTORS, "number_of_requested_vectors"),
            Row(avps.RE_SYNCHRONIZATION_INFO, "resynchronization_info"),
        ),
    ),
    Row(avps.VISITED_PLMN_ID, "visited_plmn_id"),
    number="request",
    others=_BY_IMSI,
)
_ULR: Final = _request(
    "Update-Location",
    316,
    S6A,
    "TS 29.272 §7.2.3, §7.2.4",
    _USER_NAME,
    Row(avps.RAT_TYPE, constant=_EUTRAN),
    Row(avps.ULR_FLAGS, constant=_SKIP_SUBSCRIBER_DATA),
    Row(avps.VISITED_PLMN_ID, "plmn_id"),
    number="request",
    others=_BY_IMSI,
)
_CLR: Final = _request(
    "Cancel-Location",
    317,
    S6A,
    "TS 29.272 §7.2.7, §7.2.8",
    _USER_NAME,
    Row(avps.CANCELLATION_TYPE, constant=_MME_UPDATE_PROCEDURE),
    number="request",
    others=_BY_IMSI,
)
_T6A_KEY: Final = _request(
    "Key",
    _KEY_REQUEST,
    T6A,
    _OURS,
    Row(avps.GUTI, "guti"),
    Row(avps.KEY_NAME, "key_name", back=KN),
    others=("origin", "request"),
)
_KEYS_PUSH: Final = _request(
    "Keys-Push",
    _PUSH,
    S6T,
    _OURS,
    _USER,
    Row(avps.RAND_KS_PAIR, "pairs", rows=_PAIR, make=pushes.KeyPair, many=True),
    number="push",
    others=_BY_IMSI,
)
_ACTIVE_PUSH: Final = _request(
    "Active-Vector-Push",
    _PUSH,
    T6A,
    _OURS,
    Row(avps.PUSH_TYPE, constant=_ACTIVE_VECTOR),
    _USER,
    Row(avps.RAND, "rand", back=RAND),
    _GUTIS,
    _ORDER,
    _KEY_NAMES,
    number="push",
    others=_BY_IMSI,
)
_WITHDRAWAL: Final = _request(
    "GUTI-Withdrawal",
    _PUSH,
    T6A,
    _OURS,
    Row(avps.PUSH_TYPE, constant=_GUTI_WITHDRAWAL),
    _USER,
    _GUTIS,
    _ORDER,
    number="push",
    others=_BY_IMSI,
)

COMMANDS: Final[Mapping[type[Message], Command]] = MappingProxyType(
    {
        s6a.AuthenticationInformationRequest: _AIR,
        s6a.AuthenticationInformationAnswer: _answer(
            _AIR,
            "Authentication-Information",
            Row(
                avps.AUTHENTICATION_INFO,
                rows=(Row(avps.E_UTRAN_VECTOR, "vectors", rows=_VECTOR, make=s6a.EUTRANVector, many=True),),
            ),
            Row(avps.PUSH_EPOCH, "epoch"),
            result=_S6A_RESULT,
        ),
        s6a.UpdateLocationRequest: _ULR,
        s6a.UpdateLocationAnswer: _answer(
            _ULR,
            "Update-Location",
            Row(
                avps.ULA_FLAGS,
                "error",
                to=lambda error: _SEPARATION_INDICATION if error is None else None,
                back=lambda _: None,
            ),
            result=_S6A_RESULT,
        ),
        s6a.CancelLocationRequest: _CLR,
        s6a.CancelLocationAnswer: _answer(_CLR, "Cancel-Location"),
        key_requests.T6aKeyRequest: _T6A_KEY,
        key_requests.T6aKeyAnswer: _answer(_T6A_KEY, "Key", Row(avps.KS, "ks", back=Ks), result=_KEY_RESULT),
        pushes.KeysPushRequest: _KEYS_PUSH,
        pushes.KeysPushAnswer: _answer(_KEYS_PUSH, "Keys-Push"),
        pushes.ActiveVectorPushRequest: _ACTIVE_PUSH,
        pushes.ActiveVectorPushAnswer: _answer(
            _ACTIVE_PUSH, "Active-Vector-Push", Row(avps.PUSH_TYPE, constant=_ACTIVE_VECTOR)
        ),
        pushes.GUTIWithdrawalRequest: _WITHDRAWAL,
        pushes.GUTIWithdrawalAnswer: _answer(
            _WITHDRAWAL, "GUTI-Withdrawal", Row(avps.PUSH_TYPE, constant=_GUTI_WITHDRAWAL)
        ),
    }
)
"""Each message and its table. The two pushes over T6a share a command code, and differ by Push-Type."""

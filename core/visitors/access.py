"""Who may drive a lab: the browser that made it, and those who were given its drive link.

A row for each browser and lab, so that labs made at the same moment do not undo each other's rights. A right is
renewed at use, and ends with its lab.
"""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from core.models import DriveRight
from core.visitors.browsers import browser_of, known_browser
from nodes import models
from nodes.labs import labs

RENEW_AFTER: Final = timedelta(days=1)
_KEPT: Final = "SYNCSCOPE_DRIVE_RIGHTS"


def remember_drive_key(request: HttpRequest, lab: models.Lab, drive_key: str) -> None:
    """Let this browser drive a lab from now on."""
    browser = browser_of(request)
    values = {"sealed_key": browser.seal(drive_key), "used": timezone.now()}
    DriveRight.objects.update_or_create(browser=browser.id, lab=lab, defaults=values)
    _kept(request).pop(lab.key, None)


def drive_key_of(request: HttpRequest, lab: models.Lab) -> str:
    """The drive key of a lab that this browser holds; empty if it may only watch."""
    browser, right = known_browser(request), _right(request, lab.key)
    if browser is None or right is None:
        return ""
    key = browser.unseal(right.sealed_key)
    if not labs.may_drive(lab, key):
        return ""
    _renew(right)
    return key


def driven_labs(request: HttpRequest) -> list[int]:
    """The primary keys of the labs that this browser drives."""
    browser = known_browser(request)
    if browser is None:
        return []
    return list(DriveRight.objects.filter(browser=browser.id).values_list("lab_id", flat=True))


# A sentence that a browser is told once, on the next page of a lab.


def leave_notice(request: HttpRequest, lab: models.Lab, sentence: str) -> None:
    """Keep a sentence for the lab's page, in a browser that drives the lab."""
    DriveRight.objects.filter(browser=browser_of(request).id, lab=lab).update(notice=sentence)
    _kept(request).pop(lab.key, None)


def take_notice(request: HttpRequest, lab_key: str) -> str:
    """The sentence that was kept for a lab's page, which is then forgotten; empty if there is none."""
    right = _right(request, lab_key)
    if right is None or not right.notice:
        return ""
    sentence, right.notice = right.notice, ""
    right.save(update_fields=["notice"])
    return sentence


# Rows


def _right(request: HttpRequest, lab_key: str) -> DriveRight | None:
    """The right of this browser to a lab, read once a request."""
    browser = known_browser(request)
    if browser is None:
        return None
    kept = _kept(request)
    if lab_key not in kept:
        kept[lab_key] = DriveRight.objects.filter(browser=browser.id, lab__key=lab_key).first()
    return kept[lab_key]


def _kept(request: HttpRequest) -> dict[str, DriveRight | None]:
    kept: dict[str, DriveRight | None] = request.META.setdefault(_KEPT, {})
    return kept


def _renew(right: DriveRight) -> None:
    """Once a day a browser that drives one of its labs renews its rights to all of them."""
    old = timezone.now() - RENEW_AFTER
    if right.used < old:
        DriveRight.objects.filter(browser=right.browser, used__lt=old).update(used=timezone.now())

"""Who may drive a lab: the browser that made it, and those who were given its drive link."""

from django.http import HttpRequest

from nodes import models, services

MOST_REMEMBERED = 200


def remember_drive_key(request: HttpRequest, lab_key: str, drive_key: str) -> None:
    """Keep a lab's drive key in the browser's session."""
    drives = dict(request.session.get("drives", {}))
    drives.pop(lab_key, None)
    kept = list(drives.items())[-(MOST_REMEMBERED - 1) :]
    request.session["drives"] = {**dict(kept), lab_key: drive_key}


def drive_key_of(request: HttpRequest, lab: models.Lab) -> str:
    """The drive key of a lab that this browser holds; empty if it may only watch."""
    key: str = request.session.get("drives", {}).get(lab.key, "")
    return key if key and services.may_drive(lab, key) else ""

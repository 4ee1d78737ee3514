"""A sentence that a browser is told once, on the next page of a lab."""

from django.http import HttpRequest

MOST_KEPT = 8


def leave_notice(request: HttpRequest, lab_key: str, sentence: str) -> None:
    """Keep a sentence in the browser's session until the lab's page is shown."""
    others = {key: text for key, text in request.session.get("notices", {}).items() if key != lab_key}
    kept = list(others.items())[-(MOST_KEPT - 1) :]
    request.session["notices"] = {**dict(kept), lab_key: sentence}


def take_notice(request: HttpRequest, lab_key: str) -> str:
    """The sentence that was kept for a lab's page, which is then forgotten; empty if there is none."""
    notices = dict(request.session.get("notices", {}))
    sentence: str = notices.pop(lab_key, "")
    if sentence:
        request.session["notices"] = notices
    return sentence

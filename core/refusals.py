"""What is answered where a budget is spent: 429, in the form in which other refusals are said."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin

from core.budgets import OverBudget
from core.snapshot import as_message


class SayOverBudget(MiddlewareMixin):
    """Answer a view that raised OverBudget. It has no other hook, so that it costs no request a thread."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OverBudget):
            return None
        return exception.told_in(_answer(request, str(exception)))


def _answer(request: HttpRequest, sentence: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        notice = render_to_string("lab/fragments/notice.html", {"notice": sentence})
        return HttpResponse(as_message({"notice": notice}), status=429)
    response = render(request, "429.html", {"sentence": sentence}, status=429)
    response.headers["Cache-Control"] = "no-store"
    return response

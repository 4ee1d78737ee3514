"""The admin's login: wrong passwords are counted for each address and user name, told in the log, and then refused.

An attempt is counted before the password is looked at, so that many at once are no way round, and forgotten when it
was right. Another address has a count of its own: nobody locks the admin out from elsewhere.
"""

import logging
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from core.visitors.addresses import address_of
from core.visitors.budgets import PASSWORDS, OverBudget, Share, forgive, share, spend_shares

logger = logging.getLogger(__name__)


class AdminLoginForm(AdminAuthenticationForm):
    """Django's own form; `retry_after` says how many seconds to wait where too many passwords were wrong."""

    retry_after: int | None = None

    def clean(self) -> dict[str, Any]:
        if not {"username", "password"} <= self.cleaned_data.keys():
            return super().clean()
        name, address = self.cleaned_data["username"], _address(self.request)
        of_name, of_address = _shares(name, address)
        try:
            spend_shares((*of_name, *of_address))
        except OverBudget as error:
            logger.warning("Admin login of %r from %s refused: too many wrong passwords before", name, address)
            self.retry_after = error.retry_after
            raise ValidationError(str(error)) from error
        try:
            cleaned = super().clean()
        except ValidationError:
            logger.warning("Admin login of %r from %s failed", name, address)
            raise
        forgive(of_name, once=of_address)
        return cleaned


def _address(request: HttpRequest | None) -> str:
    return "" if request is None else address_of(request)


def _shares(name: str, address: str) -> tuple[list[Share], list[Share]]:
    """The share of a user name at an address, and that of the address; none of what is not limited."""
    of_name, of_address = settings.SYNCSCOPE_BUDGETS[PASSWORDS.name]
    who = f"{address} {name.casefold()}"
    return (
        [share(PASSWORDS, of_name, who, "Whoever logs in with one user name")] if of_name else [],
        [share(PASSWORDS, of_address, address, "All browsers of your network address together")] if of_address else [],
    )


def login(request: HttpRequest) -> HttpResponseBase:
    """Django's own view; 429 where the form was not looked at."""
    response = admin.site.login(request)
    form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
    if isinstance(form, AdminLoginForm) and form.retry_after is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(form.retry_after)
    return response


admin.site.login_form = AdminLoginForm

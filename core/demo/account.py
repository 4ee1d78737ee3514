"""The demo's way into the admin."""

import secrets

from django.contrib.auth import get_user_model

NAME = "admin"


def create_admin() -> str | None:
    """Create the admin account and return its password, None if there is one already.

    The password is drawn here and kept nowhere: whoever loses it sets another.
    """
    users = get_user_model()._default_manager
    if users.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser(NAME, password=password)
    return password

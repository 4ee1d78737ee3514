"""The migration that takes drive keys out of the sessions."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

MIGRATION = import_module("core.migrations.0002_no_secrets_in_sessions")

pytestmark = pytest.mark.django_db


def stored(**data: object) -> str:
    """A session that holds this; its key."""
    session = SessionStore()
    session.update(data)
    session.save()
    assert session.session_key
    return session.session_key


def test_sessions_keep_the_login_and_no_drive_key() -> None:
    admin = stored(_auth_user_id="1", drives={"lab": "secret"}, runs=["run"], notices={"lab": "told once"})
    visitor = stored(drives={"lab": "secret"})
    other = stored(_auth_user_id="2")
    Session.objects.create(session_key="broken", session_data="!", expire_date=timezone.now() + timedelta(days=1))

    MIGRATION.forget(apps, None)

    assert dict(SessionStore(admin).load()) == {"_auth_user_id": "1"}
    assert dict(SessionStore(other).load()) == {"_auth_user_id": "2"}
    assert not Session.objects.filter(session_key__in=[visitor, "broken"]).exists()

"""Take what is no longer kept there out of the sessions: drive keys in clear, runs, and sentences to tell once."""

from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GONE = ("drives", "runs", "notices")


def forget(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    store = SessionStore()
    for session in apps.get_model("sessions", "Session").objects.all():
        data = store.decode(session.session_data)
        kept = {name: value for name, value in data.items() if name not in GONE}
        if not kept:
            session.delete()
        elif kept != data:
            session.session_data = store.encode(kept)
            session.save(update_fields=["session_data"])


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("sessions", "0001_initial")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]

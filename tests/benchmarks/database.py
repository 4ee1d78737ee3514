"""Imported before any model: a benchmark's own SQLite file, migrated, with the settings that the product has."""

import os
import tempfile
from typing import Final

import django
from django.core.management import call_command

FOLDER: Final = tempfile.TemporaryDirectory(prefix="syncscope-bench-")

# The settings that `manage.py demo` has: those of the tests differ, and the data are the benchmark's own.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "core.settings",
    "SYNCSCOPE_ENV": "demo",
    "SYNCSCOPE_DATA_DIR": FOLDER.name,
    "SYNCSCOPE_MOST_LABS": "100000",
}
django.setup()
call_command("migrate", verbosity=0)

#!/usr/bin/env python
"""The project's commands: `python manage.py help`."""

import os
import sys

from django.core.management import execute_from_command_line

from core.start.refusals import one_sentence

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    with one_sentence():
        execute_from_command_line(sys.argv)

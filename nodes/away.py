"""What Django raises where the database does not answer: it is away, or somebody holds its lock for too long."""

from typing import Final

from django.db import InterfaceError, OperationalError

AWAY: Final = (OperationalError, InterfaceError)

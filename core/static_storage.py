"""Static files under the path at which a proxy or the server's --root-path puts the pages.

Django gives STATIC_URL that path once, when it is first asked for; --root-path is known with the request only.
"""

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.urls import get_script_prefix
from whitenoise.storage import CompressedManifestStaticFilesStorage


class AsWritten(StaticFilesStorage):
    """Files as they are written, for tests and DEBUG."""

    def url(self, name: str | None) -> str:
        return _under_prefix(super().url(name))


class Collected(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # It ships no types.
    """Files that are collected, compressed and named after their content."""

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002  Django's signature.
        return _under_prefix(super().url(name, force))


def _under_prefix(url: str) -> str:
    return get_script_prefix().removesuffix("/") + url

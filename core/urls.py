"""The addresses of the pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from core.views import labs, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.start, name="start"),
    path("about/", pages.about, name="about"),
    path("labs/new/", pages.lab_new, name="lab-new"),
    path("labs/<slug:key>/", labs.lab, name="lab"),
    path("labs/<slug:key>/act/", labs.lab_act, name="lab-act"),
    path("labs/<slug:key>/fragments/", labs.lab_fragments, name="lab-fragments"),
    path("labs/<slug:key>/events/", labs.lab_events, name="lab-events"),
    path("labs/<slug:key>/share/", labs.lab_share, name="lab-share"),
    path("labs/<slug:key>/drive/<slug:drive_key>/", labs.lab_drive, name="lab-drive"),
    path("admin/", admin.site.urls),
    # Browsers ask for it on pages that name no icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}icon.svg")),
]

"""The addresses of the pages."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from core.compare import views as compare
from core.evidence import views as evidence
from core.explorer import views as explorer
from core.lab import acts, sharing, traces
from core.lab import inflight_page as inflight
from core.lab import views as labs
from core.scenarios import views as scenarios
from core.start import views as pages
from core.visitors import admin_login

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.start, name="start"),
    path("about/", pages.about, name="about"),
    path("cite/", pages.cite, name="cite"),
    path("glossary/", pages.glossary, name="glossary"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/<slug:name>/", scenarios.scenario, name="scenario"),
    path("scenarios/<slug:name>/open/", scenarios.scenario_open, name="scenario-open"),
    path("scenarios/<slug:name>/trace/", scenarios.scenario_trace, name="scenario-trace"),
    path("traces/", traces.traces, name="traces"),
    path("labs/new/", pages.lab_new, name="lab-new"),
    path("labs/<slug:key>/", labs.lab, name="lab"),
    path("labs/<slug:key>/act/", acts.lab_act, name="lab-act"),
    path("labs/<slug:key>/next/", acts.lab_next, name="lab-next"),
    path("labs/<slug:key>/next/due/", acts.lab_next_due, name="lab-next-due"),
    path("labs/<slug:key>/run/", acts.lab_run, name="lab-run"),
    path("labs/<slug:key>/pace/", acts.lab_pace, name="lab-pace"),
    path("labs/<slug:key>/show/", acts.lab_show, name="lab-show"),
    path("labs/<slug:key>/reset/", acts.lab_reset, name="lab-reset"),
    path("labs/<slug:key>/undo/", acts.lab_undo, name="lab-undo"),
    path("labs/<slug:key>/guide/next/", acts.lab_guide_next, name="lab-guide-next"),
    path("labs/<slug:key>/guide/leave/", acts.lab_guide_leave, name="lab-guide-leave"),
    path("labs/<slug:key>/guide/take-up/", acts.lab_guide_take_up, name="lab-guide-take-up"),
    path("labs/<slug:key>/trace/on/", acts.lab_trace_on, name="lab-trace-on"),
    path("labs/<slug:key>/trace/leave/", acts.lab_trace_leave, name="lab-trace-leave"),
    path("labs/<slug:key>/fork/", acts.lab_fork, name="lab-fork"),
    path("labs/<slug:key>/fragments/", labs.lab_fragments, name="lab-fragments"),
    path("labs/<slug:key>/events/", labs.lab_events, name="lab-events"),
    path("labs/<slug:key>/in-flight/", inflight.lab_inflight, name="lab-inflight"),
    path("labs/<slug:key>/compare/", compare.lab_compare, name="lab-compare"),
    path("labs/<slug:key>/compare/open/", compare.lab_compare_open, name="lab-compare-open"),
    path("labs/<slug:key>/trace/", traces.lab_trace, name="lab-trace"),
    path("labs/<slug:key>/replay/", traces.lab_replay, name="lab-replay"),
    path("labs/<slug:key>/share/", sharing.lab_share, name="lab-share"),
    path("labs/<slug:key>/drive/", sharing.lab_drive, name="lab-drive"),
    path("explorer/", explorer.explorer, name="explorer"),
    path("explorer/runs/", explorer.explorer_start, name="explorer-start"),
    path("explorer/runs/<slug:key>/", explorer.explorer_run, name="explorer-run"),
    path("explorer/runs/<slug:key>/live/", explorer.explorer_run_live, name="explorer-run-live"),
    path("explorer/runs/<slug:key>/end/", explorer.explorer_run_end, name="explorer-run-end"),
    path("explorer/cells/<slug:name>/", explorer.explorer_cell, name="explorer-cell"),
    path("explorer/cells/<slug:name>/open/", explorer.explorer_cell_open, name="explorer-cell-open"),
    path("explorer/cells/<slug:name>/trace/", explorer.explorer_cell_trace, name="explorer-cell-trace"),
    path("evidence/", evidence.evidence, name="evidence"),
    path("evidence/syncscope-evidence.html", evidence.evidence_file, name="evidence-file"),
    path("evidence/proofs/<slug:name>.smt2", evidence.evidence_proof, name="evidence-proof"),
    path("admin/login/", admin_login.login),
    path("admin/", admin.site.urls),
    # Browsers ask for it on pages that name no icon, such as the admin's.
    path("favicon.ico", pages.favicon),
]

handler400 = "core.refusals.views.bad_request"
handler403 = "core.refusals.views.forbidden"
handler404 = "core.refusals.views.not_found"
handler500 = "core.refusals.views.server_error"

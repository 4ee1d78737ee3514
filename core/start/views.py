"""Pages that are no lab: start and about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timesince
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from core.evidence.answer import answer
from core.evidence.short import short_answer
from core.lab.forms import NewLabForm, first_values
from core.lab.parts import VerdictWord
from core.scenarios.kinds import BREAKS, MENDED, WORKS, kinds
from core.scenarios.page import Run, rows
from core.start.page import RecentLab, StartPage
from core.visitors.access import driven_labs
from core.visitors.budgets import OverBudget
from core.visitors.making import make
from core.words.glossary import GLOSSARY
from nodes import models
from nodes.evidence.known import known
from nodes.labs import labs, services
from nodes.protocol.messages.commands import Attach
from nodes.protocol.world.actions import Command

MOST_RECENT = 6
MOST_RUNS = {WORKS: 1, BREAKS: 2, MENDED: 1}
"""How many of each kind are on the start page; the tour has a link of its own."""


@cache_control(no_store=True)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return _start(request, NewLabForm(initial=first_values()))


def _start(request: HttpRequest, form: NewLabForm, errors: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    every, records = rows(), known()
    page = StartPage(
        answer=short_answer(records),
        note=answer(records).short,
        form=form,
        recent=_recent(request),
        tour=every[0],
        runs=_runs(tour=every[0].name),
        scenario_count=len(every),
        errors=errors,
    )
    return render(request, "start.html", {"page": page}, status=status)


def _runs(tour: str) -> tuple[Run, ...]:
    some = ([run for run in kind.runs if run.name != tour][: MOST_RUNS[kind.name]] for kind in kinds())
    return tuple(run for runs in some for run in runs)


def _recent(request: HttpRequest) -> tuple[RecentLab, ...]:
    """The labs that this browser drives, the last used first: a lab's address is for those who were given it."""
    recent = models.Lab.objects.filter(pk__in=driven_labs(request))[:MOST_RECENT]
    return tuple(_recent_lab(lab) for lab in recent)


def _recent_lab(lab: models.Lab) -> RecentLab:
    rows = lab.verdictchange_rows.filter(ue__in=lab.shown_ues, application_server=lab.shown_as)
    word = rows.order_by("-step").values_list("word", flat=True).first()
    # Minutes are enough, and two units are one too many.
    ago = timesince.timesince(lab.used, depth=1)
    return RecentLab(
        url=reverse("lab", args=[lab.key]),
        title=lab.title,
        detail=f"solution {lab.solution}, step {lab.step}, {ago} ago",
        word=VerdictWord(word or VerdictWord.NO_KEY_YET),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lab_new(request: HttpRequest) -> HttpResponse:
    """Make a lab and attach its first UE; whoever made it drives. With then=compare the other solution is beside it.

    The page of a refusal has this address, which people reload and pass on: that leads to the form.
    """
    if request.method != "POST":
        return redirect(reverse("start", fragment="options"))
    form = NewLabForm({**first_values(), **request.POST.dict()})
    if not form.is_valid():
        return _start(request, form, form.sentences(), status=422)
    try:
        new = make(request, lambda: labs.create_lab(form.setup()))
    except OverBudget as error:
        return error.told_in(_start(request, form, (str(error),), status=429))
    except labs.LimitReached as error:
        return _start(request, form, (str(error),), status=503)
    except labs.ServiceError as error:
        return _start(request, form, (str(error),), status=422)
    lab = services.take(new.lab.key, Command("ue-1", Attach("mme-1")), labs.seen_of(new.lab))
    return redirect("lab-compare" if request.POST.get("then") == "compare" else "lab", lab.key)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "glossary.html", {"terms": GLOSSARY})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("icon.svg"))

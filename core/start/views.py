"""Pages that are no lab: start and about."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from core.evidence.answer import in_brief
from core.lab.forms import NewLabForm, first_values
from core.lab.parts import VerdictWord
from core.scenarios.page import ScenarioRow, rows
from core.scenarios.runs import BREAKS, FIXED, WORKS, GuidedRun, runs_of
from core.start.citing import citing
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
MOST_OF_A_KIND = {WORKS: 1, BREAKS: 3, FIXED: 2}
CODE_LENGTH = 4


@cache_control(no_store=True)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return _start(request, NewLabForm(initial=first_values()))


def _start(request: HttpRequest, form: NewLabForm, errors: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    every = rows()
    page = StartPage(
        form=form,
        answer=in_brief(known()),
        recent=_recent(request),
        tour=every[0],
        runs=tuple(_runs(every[1:])),
        scenario_count=len(every),
        errors=errors,
    )
    return render(request, "start.html", {"page": page}, status=status)


def _runs(rows_: Iterable[ScenarioRow]) -> Iterator[GuidedRun]:
    """A few scenarios that work, a few that break, and a few that a repair fixes."""
    every = tuple(chain.from_iterable(runs_of(row) for row in rows_))
    for kind, most in MOST_OF_A_KIND.items():
        yield from islice((each for each in every if each.comes_to == kind), most)


def _recent(request: HttpRequest) -> tuple[RecentLab, ...]:
    """The labs that this browser drives, the last used first: a lab's address is for those who were given it."""
    recent = models.Lab.objects.filter(pk__in=driven_labs(request))[:MOST_RECENT]
    return tuple(_recent_lab(lab) for lab in recent)


def _recent_lab(lab: models.Lab) -> RecentLab:
    rows = lab.verdictchange_rows.filter(ue__in=lab.shown_ues, application_server=lab.shown_as)
    word = rows.order_by("-step").values_list("word", flat=True).first()
    kind = "push" if lab.solution == 12 else "pull"  # noqa: PLR2004 - the solution's own number.
    steps = "step" if lab.step == 1 else "steps"
    return RecentLab(
        url=reverse("lab", args=[lab.key]),
        title=lab.title,
        detail=f"Solution {lab.solution}, {kind}, {lab.step} {steps}",
        word=VerdictWord(word or VerdictWord.NO_KEY_YET),
        code=lab.key[:CODE_LENGTH],
        used=lab.used,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lab_new(request: HttpRequest) -> HttpResponse:
    """Make a lab and attach its first UE; whoever made it drives.

    The page of a refusal has this address, which people reload and pass on: that leads to the form.
    """
    if request.method != "POST":
        return redirect("start")
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
    return redirect("lab", lab.key)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


@require_safe
def cite(request: HttpRequest) -> HttpResponse:
    return render(request, "cite.html", {"citing": citing()})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "glossary.html", {"terms": GLOSSARY})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("icon.svg"))

"""Filters that print the values of `core.lab` and `nodes.diagram`."""

import re
from functools import lru_cache
from typing import Final

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.lab.parts import ModeDot, Octets, PartOfProse, Piece, Prose, Start, Tail
from core.lab.printing import part
from core.words.glossary import GLOSSARY, Term
from nodes.diagram import svg
from nodes.diagram.rows import Badge, GUTITag, Ladder, Strong
from nodes.diagram.tags import draw_guti

register = template.Library()

UNBROKEN = re.compile(r"\b(AV|UE|step) (\d)")
"""A number stays on the line of its word."""
SHORT = 4
"""Hex digits on each side of the gap on a narrow page; a wide one shows twice as many."""
MOST_KEPT: Final = 4096
"""Printed values that are kept: from one step to the next most of a page stays as it is."""


@register.filter
@lru_cache(MOST_KEPT)
def av(badge: Badge) -> SafeString:
    """Print the picture of an AV; its text is for those who do not see it."""
    return format_html(
        '<span class="av av-{}"><svg class="av-shape" aria-hidden="true"><use href="#{}"/></svg>'
        '<b aria-hidden="true">{}</b><span class="visually-hidden">({})</span></span>',
        badge.hue,
        badge.symbol,
        badge.name,
        badge.text,
    )


@register.filter
@lru_cache(MOST_KEPT)
def guti(tag: GUTITag) -> SafeString:
    """Print the tag of a GUTI; the title and a click give its octets."""
    return format_html(
        '<button type="button" class="guti" data-copy="{0}" title="GUTI, {1} octets: {0}">{2}'
        '<span class="visually-hidden">GUTI {3}, copy</span></button>',
        tag.octets,
        len(tag.octets) // 2,
        mark_safe(draw_guti(tag)),  # noqa: S308 - it has escaped its words.
        tag.text,
    )


@register.filter
def octets(value: Octets) -> SafeString:
    """Print octets shortened; the title and a click give all of them."""
    return format_html(
        '<button type="button" class="octets" data-copy="{}" title="{}">{}'
        '<span class="visually-hidden"> copy {}</span></button>',
        value.hex,
        f"{value.name}, {value.length} octets: {value.hex}".removeprefix(", "),
        _shortened(value.hex),
        value.name,
    )


@register.filter
def attribute(value: str) -> SafeString:
    """Print an attribute's value with quotes around it, JSON with those that leave its own as they are."""
    if '"' not in value:
        return format_html('"{}"', value)
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;")
    return mark_safe(f"'{escaped}'")  # noqa: S308 - escaped for single quotes.


@register.filter
@lru_cache(MOST_KEPT)
def prose(parts: Prose) -> SafeString:
    """Print the parts of a line in order."""
    return format_html_join("", "{}", ((_part(part),) for part in parts))


@register.filter
def printed(piece: Piece) -> SafeString:
    """Print a part of a panel."""
    return mark_safe(part(piece).html)  # noqa: S308 - its template has escaped it.


@register.filter
def drawn(drawing: svg.Drawing) -> SafeString:
    """Give a drawing, which has escaped every text."""
    return mark_safe(drawing.svg)  # noqa: S308


@register.simple_tag(takes_context=True)
def cell_url(context: Context, name: str) -> str:
    """Give the address of a cell: its page, or its place in a file that is kept."""
    return f"#{name}" if context.get("is_file") else reverse("explorer-cell", args=[name])


@register.inclusion_tag("terms.html")
def terms() -> dict[str, tuple[Term, ...]]:
    """What the page's script puts at the first use of each abbreviation."""
    return {"terms": GLOSSARY}


@register.filter
def lifelines(ladder: Ladder) -> SafeString:
    return mark_safe(svg.draw_lifelines(ladder.lifelines))  # noqa: S308


def _part(part: PartOfProse) -> SafeString | str:
    match part:
        case Badge():
            return av(part)
        case GUTITag():
            return guti(part)
        case ModeDot():
            return format_html(
                '<span class="mode is-{}" title="{}"><span class="visually-hidden">{}, </span></span>',
                "connected" if part.is_connected else "idle",
                part.word,
                part.word,
            )
        case Strong():
            return format_html("<strong>{}</strong>", part.text)
        case Octets():
            return octets(part)
        case Tail():
            tail = f"…{part.hex[-2 * part.shown :]}"
            return format_html('<code class="octets" title="{} {}">{}</code>', part.name, part.hex, tail)
        case Start():
            return format_html(
                '<button type="button" class="octets" data-copy="{0}" title="{1} {0}">{2}…'
                '<span class="visually-hidden"> copy {1}</span></button>',
                part.text,
                part.name,
                part.text[: part.shown],
            )
        case _:
            return UNBROKEN.sub("\\1\u00a0\\2", part)


def _shortened(hex_digits: str) -> SafeString | str:
    if len(hex_digits) <= 2 * SHORT:
        return hex_digits
    if len(hex_digits) <= 4 * SHORT:
        return f"{hex_digits[:SHORT]}…{hex_digits[-SHORT:]}"
    return format_html(
        "{}<i>{}</i>…<i>{}</i>{}",
        hex_digits[:SHORT],
        hex_digits[SHORT : 2 * SHORT],
        hex_digits[-2 * SHORT : -SHORT],
        hex_digits[-SHORT:],
    )

"""Draws the picture of ARCHITECTURE.md from the imports: which room is built on which. `--check`: is it current?

An arrow that follows from others is left out (transitive reduction): a room points at what it is directly built on.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "static/img/architecture.svg"
BANDS = (
    ("core", "core: the pages"),
    ("nodes", "nodes: labs, explorer, evidence"),
    ("nodes.protocol", "nodes.protocol: pure"),
)
WIDTH, BOX_HEIGHT, ROW, TITLE, MARGIN, GAP = 1160, 26, 62, 30, 16, 18
LETTER = 7.4
LABEL = "Rooms of the product and what each is built on"


def rooms(graph: grimp.ImportGraph) -> dict[str, str]:
    """The room of each module: a package, or "ground" for single modules on which much of a band is built."""
    packages = {name for name in graph.modules if graph.find_children(name)}
    found = {}
    for module in graph.modules - {"core", "nodes", "nodes.protocol"}:
        band = "nodes.protocol" if module.startswith("nodes.protocol.") else module.partition(".")[0]
        room = ".".join(module.split(".")[: band.count(".") + 2])
        if room == "nodes.protocol" or "migrations" in module:
            continue
        alone = "models" if band == "nodes" else "ground"
        found[module] = f"{band}.{room.rpartition('.')[2] if room in packages else alone}"
    return found


def edges(graph: grimp.ImportGraph, room_of: dict[str, str]) -> dict[str, set[str]]:
    """Room to rooms that it imports, less what follows from other arrows. The ground itself points nowhere."""
    direct: dict[str, set[str]] = {room: set() for room in room_of.values()}
    for module, room in room_of.items():
        for other in graph.find_modules_directly_imported_by(module):
            if room_of.get(other, room) != room:
                direct[room].add(room_of[other])
    for room, others in direct.items():
        if room.endswith(".ground"):
            others.clear()
    return {
        room: {other for other in others if not any(_leads(direct, between, other) for between in others - {other})}
        for room, others in direct.items()
    }


def _leads(direct: dict[str, set[str]], start: str, end: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for other in direct[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return end in seen


def levels(arrows: dict[str, set[str]], band: str) -> list[list[str]]:
    """The rooms of a band, the highest first: each above all that it is built on."""
    mine = {room for room in arrows if room.rpartition(".")[0] == band}
    height: dict[str, int] = {}

    def of(room: str) -> int:
        if room not in height:
            height[room] = 1 + max((of(other) for other in arrows[room] & mine), default=-1)
        return height[room]

    rows: dict[int, list[str]] = {}
    for room in sorted(mine):
        rows.setdefault(of(room), []).append(room)
    return [rows[level] for level in sorted(rows, reverse=True)]


def draw(arrows: dict[str, set[str]]) -> str:
    """One SVG: a band for each part of the product, a row for each level, arrows downwards."""
    boxes: dict[str, tuple[float, float, float]] = {}
    shapes, y = [], float(MARGIN)
    for band, title in BANDS:
        rows = levels(arrows, band)
        height = TITLE + len(rows) * ROW
        shapes.append(
            f'<rect class="band" x="{MARGIN}" y="{y:g}" width="{WIDTH - 2 * MARGIN}" height="{height}" rx="6"/>'
            f'<text class="title" x="{MARGIN + 12}" y="{y + 20:g}">{escape(title)}</text>'
        )
        for index, row in enumerate(_untangled(rows, arrows)):
            widths = [len(room.rpartition(".")[2]) * LETTER + 22 for room in row]
            space = (WIDTH - 2 * MARGIN - sum(widths)) / (len(row) + 1)
            x = MARGIN + space
            for room, width in zip(row, widths, strict=True):
                boxes[room] = (x, y + TITLE + index * ROW + 8, width)
                x += width + space
        y += height + GAP
    lines = [_arrow(boxes[room], boxes[other]) for room in sorted(arrows) for other in sorted(arrows[room])]
    names = [_box(room, box) for room, box in sorted(boxes.items())]
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1b2430}.title{font-weight:600}.band{fill:#f3f5f8}"
        ".room{fill:#fff;stroke:#5a6b80}.arrow{fill:none;stroke:#5a6b80;stroke-opacity:.55;marker-end:url(#tip)}"
    )
    tip = (
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#5a6b80"/></marker>'
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:g}" role="img" aria-label="{LABEL}">',
            f"<style>{style}</style><defs>{tip}</defs>",
            f'<rect width="{WIDTH}" height="{y:g}" fill="#fff"/>',
            *shapes,
            *lines,
            *names,
            "</svg>\n",
        )
    )


def _untangled(rows: list[list[str]], arrows: dict[str, set[str]]) -> list[list[str]]:
    """Each row in the order of what stands above it, so that fewer arrows cross."""
    ordered: list[list[str]] = []
    for row in rows:
        place = {room: index / len(each) for each in ordered for index, room in enumerate(each)}

        def middle(room: str, place: dict[str, float] = place) -> tuple[float, str]:
            over = [at for other, at in place.items() if room in arrows[other]]
            return (sum(over) / len(over) if over else 0.5, room)

        ordered.append(sorted(row, key=middle))
    return ordered


def _arrow(one: tuple[float, float, float], other: tuple[float, float, float]) -> str:
    x, y = one[0] + one[2] / 2, one[1] + BOX_HEIGHT
    end_x, end_y = other[0] + other[2] / 2, other[1] - 1
    bend = (end_y - y) / 2
    curve = f"{x:.1f} {y + bend:.1f} {end_x:.1f} {end_y - bend:.1f} {end_x:.1f} {end_y:.1f}"
    return f'<path class="arrow" d="M{x:.1f} {y:.1f}C{curve}"/>'


def _box(room: str, box: tuple[float, float, float]) -> str:
    x, y, width = box
    name = room.rpartition(".")[2]
    return (
        f'<rect class="room" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BOX_HEIGHT}" rx="4"/>'
        f'<text x="{x + width / 2:.1f}" y="{y + 17:.1f}" text-anchor="middle">{escape(name)}</text>'
    )


def main() -> int:
    sys.path.insert(0, str(ROOT))
    graph = grimp.build_graph("core", "nodes", cache_dir=None)
    picture = draw(edges(graph, rooms(graph)))
    if "--check" not in sys.argv[1:]:
        PICTURE.write_text(picture, encoding="utf-8")
    elif not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != picture:
        print("The picture of the imports is not current: run `make picture`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What each panel of the lab page shows: plain values, ready to be printed by the template of the same name.

A panel is a fragment: template `lab/fragments/<name>.html`, DOM id and CSS class are its `name`, and
`revision` is the step it shows, so that an older one never overwrites a newer one. The same bytes go to every viewer.
Nothing here knows the protocol.
"""

from core.panels.controls import (
    DriveState,
    Fork,
    Forks,
    History,
    InFlight,
    LinkRow,
    Links,
    Mark,
    Network,
    OptionRow,
    Options,
    ProcedureGroup,
    Procedures,
    QueuedMessage,
    RunningTimer,
    Upkeep,
)
from core.panels.pages import DrivePage, LabPage, Share
from core.panels.parts import Button, Change, Octets, Prose, Start, Tail, VerdictWord
from core.panels.start import PictureNode, RecentLab, StartPage
from core.panels.state import (
    Card,
    Cards,
    Events,
    Judgement,
    LadderPanel,
    Line,
    Pair,
    Properties,
    PropertyRow,
    Status,
    Topbar,
    Verdict,
    Verdicts,
)

__all__ = [
    "Button",
    "Card",
    "Cards",
    "Change",
    "DrivePage",
    "DriveState",
    "Events",
    "Fork",
    "Forks",
    "History",
    "InFlight",
    "Judgement",
    "LabPage",
    "LadderPanel",
    "Line",
    "LinkRow",
    "Links",
    "Mark",
    "Network",
    "Octets",
    "OptionRow",
    "Options",
    "Pair",
    "PictureNode",
    "ProcedureGroup",
    "Procedures",
    "Properties",
    "PropertyRow",
    "Prose",
    "QueuedMessage",
    "RecentLab",
    "RunningTimer",
    "Share",
    "Start",
    "StartPage",
    "Status",
    "Tail",
    "Topbar",
    "Upkeep",
    "Verdict",
    "VerdictWord",
    "Verdicts",
]

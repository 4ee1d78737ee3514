"""Timers: each has a rule, and the rule says whose it is."""

from nodes.protocol.entities.timers import RULES, TimerName


def test_every_timer_has_a_rule_and_says_who_made_it() -> None:
    assert set(RULES) == set(TimerName)
    ours = [name for name, rule in RULES.items() if rule.source.startswith("not defined by 3GPP")]
    assert ours == [
        TimerName.T3413,
        TimerName.S6A,
        TimerName.LOCATION,
        TimerName.PUSH,
        TimerName.WITHDRAWAL,
        TimerName.S10,
        TimerName.T6A,
        TimerName.NORTHBOUND,
        TimerName.GUTI_PERIOD,
    ]
    nas_timers = (TimerName.T3450, TimerName.T3460, TimerName.T3470)
    assert {(RULES[name].seconds, RULES[name].limit) for name in nas_timers} == {(6, 5)}
    of_ue = ("T3402", "T3410", "T3411", "T3416", "T3417", "T3418", "T3420", "T3421", "T3430")
    assert [RULES[TimerName(name)].seconds for name in of_ue] == [720, 15, 10, 30, 5, 20, 15, 15, 15]

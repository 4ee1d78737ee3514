"""Captures: the messages of a run as a pcapng file that Wireshark reads. Pure.

Rebuilt from the run, not seen on a wire: each message is an exported PDU (link type 252), which names its dissector and
pretends no Ethernet, IP, SCTP or S1AP below it. `of_run` makes the file from a set-up and its actions.
"""

"""The nodes of EPS AKA and Solutions 11 and 12: pure protocol, labs stored in a database, explorer, evidence.

Start with `nodes.protocol`; `nodes.labs` stores what it does, `nodes.explorer` tries every order of it.
"""

"""The protocol, pure: from octets up to runs. Each room imports only those below it, as pyproject.toml's contract says.

runs        a run as a file, the same run under other options, two runs side by side
properties  what must be shown to hold, and what a run has shown of it so far
world       all nodes and links as one value, and `step`, the only thing that changes it
entities    what each node holds, and what it does with each message
messages    what travels between nodes
crypto      Milenage, TUAK, key derivation, NAS and application security
plain       values as JSON, and back
aka         `manage.py aka`: the same functions for values of one's own

On the ground lie `octets`, `identities`, `options`, `dice` and `errors`.
"""

"""All nodes and the links between them as one immutable value, and what can happen in it.

`engine.step(world, action)` is the only thing that changes a world; `engine.transition` tells what happened as well.
"""

"""Where tasks were before: a queue may still name this module. They are those of `nodes.explorations`."""

from nodes.explorations.queue import explore_next

__all__ = ["explore_next"]

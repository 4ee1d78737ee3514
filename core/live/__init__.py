"""From a change of a lab to the open pages: a nudge to every process, its hub, the lab's feed, the pages' sockets."""

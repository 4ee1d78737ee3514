"""The explorer: the node code of the lab, run through every interleaving within bounds. Pure."""

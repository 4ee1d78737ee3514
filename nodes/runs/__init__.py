"""The former place of `nodes.explorations`."""

"""The pages: what people see of the labs and what they do to them. Built on `nodes`, which knows none of it.

A page is a folder: its views, and what its templates print. `live` brings changes to open pages, `words` names
everything that a person reads, `visitors` says who may do what and how much of it.
"""

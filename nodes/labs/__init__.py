"""A stored lab: its rows, its log, and what can be done with it. Each module is imported for what is its own.

services                  what a page or a command asks for: take, run, show, reset
labs                      how a lab is made, found and locked, and what it is set up with
steps                     steps of one lab: begin, take, run, and write what was taken
forks, following, copying labs made of steps that were taken elsewhere
replay, cache, checkpoints  worlds of now and of earlier steps
journal, store, mapping   rows: the log, and worlds to rows and back
"""

"""What each node holds and does. No node imports another: they know one another by messages only.

`machine` says how a message finds its handler, and what a handler answers with.
"""

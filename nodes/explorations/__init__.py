"""Explorations that are stored: runs of searches, each a task that a worker process takes, and their answers."""

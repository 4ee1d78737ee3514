"""Transitions of the UE (ME and USIM): what it holds, what it is told to do, what it gets, and the table of it."""

"""The functions of EPS AKA and of the application leg, as their specifications give them. No state, no messages."""

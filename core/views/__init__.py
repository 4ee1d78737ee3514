"""Views parse a request, call one service, and answer."""

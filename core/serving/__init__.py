"""What stands between the network and the pages: the server, its time-outs, request ids, bounds and health."""

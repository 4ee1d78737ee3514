"""What `manage.py demo` needs beside the server: an account, an address, a worker, and an end by Ctrl-C."""

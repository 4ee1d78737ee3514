"""A connection is tried before it is used. One that is broken says that the server was away, and so of all others.

The check of the pool itself waits longer and longer after each broken connection, and has as many of them to find as
there were at work before: requests would fail long after the server is back.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it.
        """Return a connection that works; where one does not, the pool makes all of its connections anew."""
        connection: Connection[Any] = super().get_new_connection(conn_params)
        pool: ConnectionPool | None = self.pool
        if pool is None:
            return connection
        try:
            ConnectionPool.check_connection(connection)
        except OperationalError:
            pool.putconn(connection)
            pool.drain()
            connection = super().get_new_connection(conn_params)
        return connection

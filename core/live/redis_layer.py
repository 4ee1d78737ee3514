"""The channel layer over Redis."""

from contextlib import suppress

from channels_redis.core import RedisChannelLayer
from redis.exceptions import RedisError


class RedisLayer(RedisChannelLayer):  # type: ignore[misc]  # channels_redis ships no types.
    """As channels_redis has it, but silent where nobody listens."""

    async def _clean_receive_backup(self, index: int, channel: str) -> None:
        """Take a message that has arrived from its backup, in a task that nobody awaits.

        If Redis goes away just then, the message is delivered again, and whoever asks Redis next hears of it. The error
        itself would be a traceback in the log, whenever the garbage collector finds the task.
        """
        with suppress(RedisError, OSError):
            await super()._clean_receive_backup(index, channel)

"""Whether a client is still there."""

import select
import socket

WAIT_SECONDS = 0.008


def hung_up(request):
    """Give the news of a hang-up a moment to arrive, and tell whether it did."""
    connection = request.environ.get("zoo.socket")
    if connection is None or not select.select([connection], [], [], WAIT_SECONDS)[0]:
        return False
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except ConnectionError:
        return True

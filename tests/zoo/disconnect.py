"""Finds out whether a client has closed its connection before it was answered."""

import select
import socket

WAIT_SECONDS = 0.008


def client_disconnected(request, wait=WAIT_SECONDS):
    """Return whether the client has closed its connection, which is awaited for so many seconds."""
    connection = request.environ.get("zoo.socket")
    if connection is None or not select.select([connection], [], [], wait)[0]:
        return False
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except ConnectionError:
        return True

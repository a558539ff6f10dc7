"""One worker process: `python -m tests.zoo.independent.worker FD`, FD a listening socket."""

import asyncio
import socket
import sys

import uvicorn


class AnnouncedServer(uvicorn.Server):
    """A server that prints `ready` when it accepts connections."""

    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("ready", flush=True)


def main():
    config = uvicorn.Config("tests.zoo.independent.app:app", log_level="error")
    listening = socket.socket(fileno=int(sys.argv[1]))
    asyncio.run(AnnouncedServer(config).serve([listening]))


if __name__ == "__main__":
    main()

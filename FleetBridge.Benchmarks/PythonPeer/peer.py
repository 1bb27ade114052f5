"""What FleetBridge is measured against: the same two ports in Python.

Standard library only: http.server answers POST with a constant JSON, asyncio
the WebSocket's upgrade. As a program it understands the arguments that
fleet_bridge.py gives to FleetBridge, so that the same call starts it.
With PEER_IMPORTS_BOTO3 set, the first request imports boto3 and makes a
client, as a bridge in Python does before it can answer about AWS.
"""

import sys
import threading


def serve(http_port, websocket_port, imports_boto3=False):
    """Open both ports in threads of this process; return when they accept."""
    import asyncio
    import base64
    import hashlib
    import http.server

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            if imports_boto3:
                import boto3

                boto3.client("gamelift", region_name="us-west-2")
            body = b'{"Overall Result": "True", "Details": {}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    async def upgrade(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        key = next(
            line.partition(":")[2].strip()
            for line in head.split("\r\n")
            if line.lower().startswith("sec-websocket-key:")
        )
        digest = hashlib.sha1(
            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()
        ).digest()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Accept: "
            + base64.b64encode(digest)
            + b"\r\n\r\n"
        )
        await reader.read()
        writer.close()

    async def listen():
        server = await asyncio.start_server(
            upgrade, "127.0.0.1", websocket_port
        )
        accepting.set()
        await server.serve_forever()

    accepting = threading.Event()
    requests = http.server.ThreadingHTTPServer(
        ("127.0.0.1", http_port), Handler
    )
    for run in (requests.serve_forever, lambda: asyncio.run(listen())):
        threading.Thread(target=run, daemon=True).start()
    accepting.wait()


def main():
    import os

    arguments = sys.argv[1:]
    ports = [
        int(arguments[arguments.index(name) + 1])
        for name in ("--http-port", "--websocket-port")
    ]
    serve(*ports, imports_boto3=bool(os.environ.get("PEER_IMPORTS_BOTO3")))
    # The module wants to hear that name.
    print('{"name": "FleetBridge", "version": "peer"}', flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

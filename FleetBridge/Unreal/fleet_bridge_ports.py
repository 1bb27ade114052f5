"""FleetBridge for the Unreal editor: who uses the ports, and with whom.

The second half of fleet_bridge.py, which loads it. An editor that finds the
FleetBridge of another editor on its ports becomes one of its sponsors: it
lives as long as the last of them. The log has one place, which the first
editor has; this editor's Python log gets the records of its own requests.
"""

import os
import socket
import threading
import time

# No bridge's answer to /healthz has as many bytes, and no record.
HEALTH_LIMIT = RECORD_LIMIT = 1024 * 1024

# Seconds.
ASK_LIMIT, END_LIMIT, LOOK_INTERVAL, RETRY_INTERVAL = 2.0, 0.5, 0.05, 1.0

_WINDOWS = os.name == "nt"


class PortError(RuntimeError):
    """A port cannot be used; the message says what to do."""


class _Used:
    """The FleetBridge of another editor, which this one uses.

    A thread prints the records of this editor's requests as they come, for
    as long as the log's place belongs to another editor.
    """

    def __init__(self, port, token, name):
        self.port = port
        self._token = token
        self._name = name
        self._left = threading.Event()
        self._stream = _open_stream(port, token)
        threading.Thread(target=self._print_records, daemon=True).start()

    def leave(self, limit):
        """Leave it; it ends if this was the last editor that used it."""
        self.forget()
        leave(self.port, limit, self._token)

    def forget(self):
        """Print no more of its records."""
        self._left.set()
        _close(self._stream)

    def is_left(self):
        return self._left.is_set()

    def _print_records(self):
        while self._stream and not self._left.is_set():
            try:
                for line in iter(lambda: self._stream[1].readline(
                        2 * RECORD_LIMIT), b""):
                    _print_record(line)
            except (OSError, ValueError, RecursionError):
                pass  # The bridge has ended, or this editor leaves.
            _close(self._stream)
            if not self._left.wait(RETRY_INTERVAL):
                self._stream = _open_stream(self.port, self._token)
        if not self._left.is_set() and is_free(self.port):
            self._left.set()
            print(f"{self._name} has ended. Start the editor again to use "
                  "another one.")


def leave(port, limit, token):
    """Leave a bridge.

    Returns how many other editors use it; None if it did not say.
    """
    health = _ask(port, limit, token, "DELETE", _own_path())
    return len(_sponsors(health)) if health else None


def _own_path(more=""):
    return f"/sponsors/{os.getpid()}{more}"


def _sponsors(health):
    listed = health.get("sponsors")
    return listed if isinstance(listed, list) else []


def _open_stream(port, token):
    """The records of this editor's requests; None if there are none."""
    request = (f"GET {_own_path('/log')} HTTP/1.0\r\n"
               f"Host: localhost:{port}\r\n{token}\r\n")
    try:
        connection = socket.create_connection(("127.0.0.1", port), ASK_LIMIT)
    except OSError:
        return None
    stream = connection, connection.makefile("rb")
    try:
        connection.sendall(request.encode("latin-1"))
        status = stream[1].readline(1024).split(b" ", 2)
        while stream[1].readline(8192).strip():
            pass
        connection.settimeout(None)
    except OSError:
        status = []
    if status[1:2] == [b"200"]:
        return stream
    _close(stream)
    return None


def _close(stream):
    if stream:
        try:
            # It wakes the thread that reads.
            stream[0].shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        stream[0].close()


def _print_record(line):
    record = _read_json(line)
    if isinstance(record, dict):
        print("{}: {}: {}".format(*map(
            record.get, ("name", "level", "message"))), flush=True)


def _read_json(text):
    import json

    # A number of a million digits would take minutes.
    return json.loads(text.decode("utf-8"),
                      parse_int=lambda digits: int(digits[:19]))


def use_running(ports, deadline, patience, token, used):
    """Use the FleetBridge that already serves both ports.

    Returns None if there is none; "used", or what to leave it with; False if
    it needs no leaving. Raises if anything else uses one of the ports.
    """
    while True:
        holders = [_holder(port, deadline, patience) for port in ports]
        bridges = [health for health in holders if health]
        if not bridges:
            if used:
                used.forget()
            return None
        first = bridges[0]
        name = f"FleetBridge {first.get('version')}"
        name += f" (process {first.get('pid')})"
        served = (first.get("http_port"), first.get("websocket_port"))
        is_right = served in (ports, (None, None))
        is_one = len({health.get("pid") for health in bridges}) == 1
        is_stopping = any(health.get("stopping") for health in bridges)
        if not is_stopping and is_right and is_one and len(bridges) == 2:
            known = _ask(ports[0], ASK_LIMIT, token) if token else first
            if token and "backends" not in (known or {}):
                raise PortError(
                    f"{name} requires a different token from the one in "
                    "FLEETBRIDGE_TOKEN_FILE.")
            joined = _ask(ports[0], ASK_LIMIT, token, "PUT", _own_path())
            if joined is not None and not joined.get("stopping"):
                print(f"{name} is already running.")
                return _join(ports[0], token, name, joined, used)
            is_stopping = True
        if not is_stopping and not (is_right and is_one):
            raise PortError(
                f"{name} is running on ports {served[0]} and {served[1]}, not "
                f"{ports[0]} and {ports[1]}. Stop it and start the editor "
                "again.")
        # It is stopping, or between its first port and its second.
        if not _left(deadline):
            raise PortError(
                f"{name}, of an earlier session, is still cleaning up. Wait "
                "half a minute and start the editor again.")
        time.sleep(LOOK_INTERVAL)


def _join(port, token, name, joined, used):
    """What this editor leaves the bridge with."""
    if not joined or not _sponsors(joined):
        return False  # A version before there were sponsors.
    if used and used.port == port and not used.is_left():
        return used
    return _Used(port, token, name)


def _left(deadline):
    return max(0.0, deadline - time.monotonic())


def _holder(port, deadline, patience):
    """The health of the FleetBridge on a port; None if the port is free.

    Raises if anything else uses the port.
    """
    if is_free(port):
        return None
    health = _ask(port, max(0.1, min(patience, _left(deadline))))
    if health:
        return health
    if is_free(port):
        return None  # It was in use a moment ago.
    if health is None:
        raise PortError(
            f"Port {port} cannot be used on this machine, although nothing "
            "is listening on it. On Windows, 'netsh interface ipv4 show "
            "excludedportrange tcp' lists the ports that the system has "
            "reserved.")
    look = "netstat -ano" if _WINDOWS else f"lsof -i :{port}"
    raise PortError(
        f"Port {port} is in use by another program, which is not FleetBridge. "
        f"Stop it and start the editor again; '{look}' shows which it is.")


def is_free(port):
    """Whether nothing is listening on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # On Windows, bind as the program does. On other systems a connection
        # that was closed a minute ago must not count.
        name = "SO_EXCLUSIVEADDRUSE" if _WINDOWS else "SO_REUSEADDR"
        probe.setsockopt(socket.SOL_SOCKET, getattr(socket, name), 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def _ask(port, limit, header="", method="GET", path="/healthz"):
    """The health of a FleetBridge; None if the port is closed, else {}."""
    request = (f"{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\n"
               f"{header}Connection: close\r\n\r\n")
    deadline = time.monotonic() + limit
    response = b""
    try:
        with socket.create_connection(("127.0.0.1", port), limit) as asked:
            asked.sendall(request.encode("latin-1"))
            while len(response) < HEALTH_LIMIT and _left(deadline):
                asked.settimeout(_left(deadline) or 0.01)
                part = asked.recv(65536)
                if not part:
                    break
                response += part
        health = _read_json(response.partition(b"\r\n\r\n")[2])
    except ConnectionRefusedError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return health if _is_health(health) else {}


def _is_health(health):
    """Whether this is what a FleetBridge says of itself.

    Another program may have the port, and may answer anything.
    """
    return (
        isinstance(health, dict) and health.get("name") == "FleetBridge"
        and isinstance(health.get("version", ""), str)
        and len(health.get("version", "")) <= 100
        and health.get("version", "").isprintable()
        and all(type(health.get(name, 0)) is int
                for name in ("pid", "http_port", "websocket_port"))
        and isinstance(health.get("stopping", False), bool))

"""FleetBridge beside the Unreal editor: the two calls that the editor makes.

    import fleet_bridge
    fleet_bridge.start_servers(8000, 8765)
    ...
    fleet_bridge.stop_servers()

start_servers starts the program "fleetbridge" and returns 200 once both ports
accept connections. The program ends with this process, however that ends.
The standard library of Python 3.9 is all that is needed.

The program is looked for, in this order,
  1. where the environment variable FLEETBRIDGE_PATH says: the program, its
     folder, or a fleetbridge.dll for "dotnet";
  2. beside this file: the program, a folder "fleetbridge" with it, or the
     path that "fleetbridge unreal install" wrote into fleet_bridge.path;
  3. on the PATH, and in the folder of .NET's own tools.
"""

import os
import socket
import subprocess
import sys
import threading
import time

__all__ = ["FleetBridgeError", "start_servers", "stop_servers"]

HTTP_PORT = 8000
WEBSOCKET_PORT = 8765

# The editor's main thread waits in start_servers: seconds.
START_LIMIT = 9.0
ASK_LIMIT = 2.0
STOP_LIMIT = 5.0
LOOK_INTERVAL = 0.05

# Exit code of "fleetbridge serve" when somebody else holds a port.
PORT_TAKEN = 6

_WINDOWS = os.name == "nt"
_PROGRAM = "fleetbridge.exe" if _WINDOWS else "fleetbridge"
_LIBRARY = "fleetbridge.dll"
_lock = threading.Lock()
_started = None


class FleetBridgeError(RuntimeError):
    """FleetBridge cannot serve; the message says what to do."""


def start_servers(http_port=HTTP_PORT, websocket_port=WEBSOCKET_PORT):
    """Serve on both ports; return 200 once they accept connections.

    A FleetBridge that serves these ports already is used as it is. Raises
    FleetBridgeError within ten seconds when there will be no serving.
    """
    global _started
    deadline = time.monotonic() + START_LIMIT
    with _lock:
        ours = _started
        if ours is not None:
            if ours.serves(http_port, websocket_port):
                return 200
            ours.stop(STOP_LIMIT)
            _started = None
        if _use_running(http_port, websocket_port, deadline):
            return 200
        bridge = _Bridge(_find_program(), http_port, websocket_port)
        try:
            bridge.wait_until_it_serves(deadline)
        except _PortTaken as taken:
            # Another editor was a moment earlier.
            if _use_running(http_port, websocket_port, deadline):
                return 200
            raise FleetBridgeError(str(taken)) from None
        _started = bridge
        return 200


def stop_servers():
    """Stop what start_servers has started, and nothing else.

    An operation that still runs cleans up for up to 30 seconds; the program
    ends by itself after that, and this call does not wait so long.
    """
    global _started
    with _lock:
        bridge, _started = _started, None
    if bridge is not None:
        bridge.stop(STOP_LIMIT)


class _PortTaken(Exception):
    """The program has found a port taken."""


class _Bridge:
    """The program, as a child of this process.

    Its standard input is a pipe that nobody writes to: when it closes, by
    stop() or because this process has ended, the program stops.
    """

    def __init__(self, program, http_port, websocket_port):
        self._ports = (http_port, websocket_port)
        self._errors = b""
        self._told = threading.Event()
        self._line = b""
        command = program + [
            "serve",
            "--json",
            "--http-port", str(int(http_port)),
            "--websocket-port", str(int(websocket_port)),
            "--parent-pid", str(os.getpid()),
            "--stop-with-input",
        ]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                **_apart()
            )
        except OSError as error:
            raise FleetBridgeError(
                "{} cannot be started: {}. Install FleetBridge again, or "
                "set FLEETBRIDGE_PATH to the program.".format(
                    program[-1], error
                )
            ) from None
        self._readers = [
            threading.Thread(target=read, daemon=True)
            for read in (self._read_output, self._read_errors)
        ]
        for reader in self._readers:
            reader.start()

    def serves(self, http_port, websocket_port):
        return (
            self._ports == (http_port, websocket_port)
            and self._process.poll() is None
        )

    def wait_until_it_serves(self, deadline):
        self._told.wait(max(0.0, deadline - time.monotonic()))
        if self._line.startswith(b"{"):
            return
        if not self._told.is_set():
            self._process.kill()
            self._process.wait()
            raise FleetBridgeError(
                "FleetBridge was started and did not serve within {:.0f} s. "
                "Is the machine very busy? Run 'fleetbridge serve' in a "
                "terminal to see what it does.".format(START_LIMIT)
            )
        # Its output has ended without the line: it has died, or is dying.
        try:
            code = self._process.wait(ASK_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for reader in self._readers:
            reader.join(ASK_LIMIT)
        reason = self._errors.decode("utf-8", "replace").strip()
        if code == PORT_TAKEN:
            raise _PortTaken(reason)
        raise FleetBridgeError(
            "FleetBridge ended at its start with exit code {}. {}\n"
            "Run 'fleetbridge doctor' in a terminal; it says what to "
            "mend.".format(code, reason or "It gave no reason.")
        )

    def stop(self, limit):
        try:
            self._process.stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            print("FleetBridge still cleans up; it ends by itself.")

    def _read_output(self):
        with self._process.stdout as output:
            self._line = output.readline()
            self._told.set()
            while output.read(4096):
                pass

    def _read_errors(self):
        with self._process.stderr as errors:
            for line in errors:
                self._errors = (self._errors + line)[-4096:]


def _apart():
    """Arguments that keep a Ctrl-C for the editor from the program.

    On Windows no console window may appear either.
    """
    if _WINDOWS:
        return {
            "creationflags": subprocess.CREATE_NO_WINDOW
            | subprocess.CREATE_NEW_PROCESS_GROUP
        }
    return {"start_new_session": True}


def _find_program():
    """The program as the beginning of a command."""
    named = os.environ.get("FLEETBRIDGE_PATH", "").strip()
    if named:
        found = _program_at(named)
        if found is None:
            raise FleetBridgeError(
                "FLEETBRIDGE_PATH is {}, and there is no {} there. Set it to "
                "the program or to its folder.".format(named, _PROGRAM)
            )
        return found
    here = os.path.dirname(os.path.abspath(__file__))
    for place in _places(here):
        found = _program_at(place)
        if found is not None:
            return found
    raise FleetBridgeError(
        "The program {} was not found: not beside {}, and not on the PATH. "
        "Install FleetBridge and run 'fleetbridge unreal install {}', or set "
        "FLEETBRIDGE_PATH to the program.".format(
            _PROGRAM, os.path.abspath(__file__), here
        )
    )


def _places(here):
    yield os.path.join(here, _PROGRAM)
    yield os.path.join(here, _LIBRARY)
    yield os.path.join(here, "fleetbridge")
    try:
        with open(
            os.path.join(here, "fleet_bridge.path"), encoding="utf-8"
        ) as note:
            yield os.path.join(here, note.readline().strip())
    except (OSError, UnicodeDecodeError):
        pass
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder:
            yield os.path.join(folder.strip('"'), _PROGRAM)
    yield os.path.join(os.path.expanduser("~"), ".dotnet", "tools", _PROGRAM)


def _program_at(place):
    if os.path.isdir(place):
        for name in (_PROGRAM, _LIBRARY):
            found = _program_at(os.path.join(place, name))
            if found is not None:
                return found
        return None
    if not os.path.isfile(place):
        return None
    if place.lower().endswith(".dll"):
        return ["dotnet", place]
    return [place] if _WINDOWS or os.access(place, os.X_OK) else None


def _use_running(http_port, websocket_port, deadline):
    """Whether a FleetBridge serves both ports already.

    Raises when anything else holds one of them.
    """
    while True:
        taken = [
            port for port in (http_port, websocket_port) if not _is_free(port)
        ]
        if not taken:
            return False
        holders = {port: _ask(port) for port in taken}
        for port, health in holders.items():
            if health is None and not _is_free(port):
                raise FleetBridgeError(
                    "Port {} is held by another program. End it, or choose "
                    "other ports in the plugin's settings.".format(port)
                )
        bridges = [health for health in holders.values() if health]
        if not any(health.get("stopping") for health in bridges):
            break
        if time.monotonic() > deadline:
            raise FleetBridgeError(
                "The FleetBridge of an earlier session is still cleaning up. "
                "Wait half a minute and try again."
            )
        time.sleep(LOOK_INTERVAL)
    if len(bridges) < len(taken):
        # What held it a moment ago has gone.
        return _use_running(http_port, websocket_port, deadline)
    first = bridges[0]
    if len(taken) == 2 and len({health.get("pid") for health in bridges}) == 1:
        print(
            "FleetBridge {} (process {}) serves already.".format(
                first.get("version"), first.get("pid")
            )
        )
        return True
    raise FleetBridgeError(
        "FleetBridge {} (process {}) serves the ports {} and {}, which is not "
        "what was asked for ({} and {}). End it, or use its ports.".format(
            first.get("version"),
            first.get("pid"),
            first.get("http_port"),
            first.get("websocket_port"),
            http_port,
            websocket_port,
        )
    )


def _is_free(port):
    """Whether nobody listens on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if not _WINDOWS:
            # Else a connection that was closed a minute ago counts.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def _ask(port):
    """What GET /healthz of a FleetBridge says; None of anything else."""
    import json

    request = (
        "GET /healthz HTTP/1.1\r\nHost: localhost:{}\r\n"
        "{}Connection: close\r\n\r\n".format(port, _authorization())
    )
    deadline = time.monotonic() + ASK_LIMIT
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), ASK_LIMIT) as asked:
            asked.sendall(request.encode("latin-1"))
            while len(answer) < 1024 * 1024:
                asked.settimeout(max(0.01, deadline - time.monotonic()))
                part = asked.recv(65536)
                if not part:
                    break
                answer += part
        body = answer.partition(b"\r\n\r\n")[2]
        health = json.loads(body.decode("utf-8"))
    except (OSError, ValueError):
        return None
    if isinstance(health, dict) and health.get("name") == "FleetBridge":
        return health
    return None


def _authorization():
    """The header for a FleetBridge that was started with --token-file."""
    path = os.environ.get("FLEETBRIDGE_TOKEN_FILE", "").strip()
    if not path:
        return ""
    try:
        with open(path, encoding="ascii") as file:
            token = file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return "Authorization: Bearer {}\r\n".format(token)


def _main(arguments):
    """Serve in the foreground until Ctrl-C; arguments go to the program."""
    try:
        program = _find_program()
    except FleetBridgeError as error:
        print(error, file=sys.stderr)
        return 1
    process = subprocess.Popen(program + ["serve"] + arguments)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The program has got it too, and stops in its own time.
            continue


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))

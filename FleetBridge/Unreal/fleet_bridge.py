"""FleetBridge for the Unreal editor: the two calls that the editor makes.

start_servers(8000, 8765) starts the program "fleetbridge", or uses the one
that another editor has started; stop_servers() leaves it. It ends with the
last editor that uses it, however that one ends. This module needs only the
standard library of Python 3.9, and fleet_bridge_ports.py beside it or beside
the program. It looks for the program, in this order,
  1. at the path in the environment variable FLEETBRIDGE_PATH: the program,
     its folder, or a fleetbridge.dll for "dotnet";
  2. beside this file: the program, a folder "fleetbridge" with it, or the
     path that "fleetbridge unreal install" wrote into fleet_bridge.path;
  3. on the PATH, and in the folder of .NET's own tools.
"""

import importlib.util
import os
import stat
import subprocess
import sys
import threading
import time

# Seconds; start_servers blocks the editor, for less than ten in all.
START_LIMIT, ASK_LIMIT, END_LIMIT, STOP_LIMIT = 8.5, 2.0, 0.5, 5.0

# Exit code of "fleetbridge serve" when another program uses a port.
PORT_TAKEN = 6

# Exit codes of .NET's starter without a runtime, or without ASP.NET Core.
# Linux and macOS have their last eight bits.
NO_RUNTIME = (0x80008083, 0x80008096)

_WINDOWS = os.name == "nt"
_PROGRAM = "fleetbridge.exe" if _WINDOWS else "fleetbridge"
_LIBRARY = "fleetbridge.dll"
_NOTE = "fleet_bridge.path"
_PORTS = "fleet_bridge_ports"
_NO_RUNTIME_REMEDY = (
    "Install both from https://dotnet.microsoft.com/download/dotnet/10.0, or "
    "take FleetBridge's archive with 'self-contained' in its name.")

# The editor's Ctrl-C must not reach the program, and Windows must not open a
# console window for it.
_APART = {"start_new_session": True}
if _WINDOWS:
    _APART = {"creationflags": subprocess.CREATE_NO_WINDOW
              | subprocess.CREATE_NEW_PROCESS_GROUP}
_lock = threading.Lock()
_started = None
_used = None
_ports = None


class FleetBridgeError(RuntimeError):
    """FleetBridge cannot serve; the message says what to do."""


def start_servers(http_port=8000, websocket_port=8765):
    """Serve on both ports; return 200 once they accept connections.

    A FleetBridge that already serves these ports is used as it is, and does
    not end before this editor leaves it. Raises FleetBridgeError within ten
    seconds if neither is possible.
    """
    global _started
    deadline = time.monotonic() + START_LIMIT
    ports = (int(http_port), int(websocket_port))
    if ports[0] == ports[1]:
        raise FleetBridgeError("Requests and the log need different ports; "
                               f"both are {ports[0]}.")
    with _lock:
        if _started is not None:
            if _started.serves(ports):
                return 200
            _started.stop(STOP_LIMIT)
            _started = None
        if _use_running(ports, deadline, ASK_LIMIT):
            return 200
        bridge = _Bridge(_find_program(), ports)
        try:
            bridge.wait_until_it_serves(deadline)
        except _PortTaken as taken:
            # Perhaps by another editor's program, which is just starting.
            if _use_running(ports, deadline, START_LIMIT):
                return 200
            raise FleetBridgeError(str(taken)) from None
        _started = bridge
        return 200


def stop_servers():
    """Leave what start_servers has started or found.

    What an editor has started ends with the last editor that uses it. A
    running operation has 30 seconds to clean up. This call does not wait
    that long; the program ends by itself.
    """
    global _started, _used
    with _lock:
        bridge, _started = _started, None
        used, _used = _used, None
    if bridge is not None:
        bridge.stop(STOP_LIMIT)
    if used is not None:
        used.leave(END_LIMIT)


class _PortTaken(Exception):
    """The program has found a port taken."""


class _Bridge:
    """The program, as a child of this process.

    Its standard input is a pipe that nobody writes to: when it closes, by
    stop() or because this process has ended, the program stops.
    """

    def __init__(self, program, ports):
        self._ports = ports
        self._errors = b""
        self._ready = threading.Event()
        self._line = b""
        self._process = _run(
            program + [
                "serve", "--json",
                "--http-port", str(ports[0]),
                "--websocket-port", str(ports[1]),
                "--parent-pid", str(os.getpid()),
                "--stop-with-input",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **_APART
        )
        self._readers = [
            threading.Thread(target=read, daemon=True)
            for read in (self._read_output, self._read_errors)
        ]
        for reader in self._readers:
            reader.start()

    def serves(self, ports):
        return (self._ports == ports and self._process.poll() is None
                and not any(map(_load_ports().is_free, ports)))

    def wait_until_it_serves(self, deadline):
        ready = self._ready.wait(max(0.0, deadline - time.monotonic()))
        if b'"FleetBridge"' in self._line:
            return
        # No line, but the end of the output: it has ended, or is ending.
        code = self._end(END_LIMIT if ready and not self._line else 0)
        reason = self._errors.decode("utf-8", "replace").strip()
        if not ready:
            raise FleetBridgeError(
                f"FleetBridge did not start within {START_LIMIT} s. Run "
                f"'fleetbridge serve' in a terminal to see why. {reason}")
        if self._line:
            said = self._line[:200].decode("utf-8", "replace").strip()
            raise FleetBridgeError(
                f"{self._process.args[0]} is not FleetBridge: it printed "
                f"{said!r}. Set FLEETBRIDGE_PATH to the program.")
        if code == PORT_TAKEN:
            raise _PortTaken(reason)
        if code in (NO_RUNTIME if _WINDOWS else [c & 255 for c in NO_RUNTIME]):
            raise FleetBridgeError(
                f"{self._process.args[0]} needs the .NET 10 and ASP.NET Core "
                f"runtimes. {_NO_RUNTIME_REMEDY}\n{reason}")
        raise FleetBridgeError(
            f"FleetBridge ended at its start with exit code {code}. "
            f"{reason or 'It gave no reason.'}\n"
            "Run 'fleetbridge doctor' in a terminal; it says what to fix.")

    def stop(self, limit):
        others = _load_ports().leave(self._ports[0], END_LIMIT, _token())
        self._process.stdin.close()
        if others:
            print(f"FleetBridge continues for {others} more editor(s).")
            return
        if not _WINDOWS:
            # A forked child of this process may hold the pipe open too.
            self._process.terminate()
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            print("FleetBridge is still cleaning up; it will end by itself.")

    def _end(self, limit):
        """Return its exit code; kill it if it does not end by itself."""
        self._process.stdin.close()
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            # A process that it has started may hold its output open.
            reader.join(END_LIMIT / 4)
        return self._process.returncode

    def _read_output(self):
        with self._process.stdout as output:
            self._line = output.readline(65536)
            self._ready.set()
            while output.read(4096):
                pass

    def _read_errors(self):
        with self._process.stderr as errors:
            for part in iter(lambda: errors.read1(4096), b""):
                self._errors = (self._errors + part)[-4096:]


def _run(command, **options):
    try:
        return subprocess.Popen(command, **options)
    except OSError as error:
        reason = f"{command[0]} cannot be started: {error}."
    raise FleetBridgeError(f"{reason} Install FleetBridge again, or set "
                           "FLEETBRIDGE_PATH to the program.")


def _find_program():
    """The program as the beginning of a command."""
    named = os.environ.get("FLEETBRIDGE_PATH", "").strip().strip('"')
    if named:
        found = _program_at(os.path.abspath(os.path.expanduser(named)))
        if found is None:
            raise FleetBridgeError(
                f"FLEETBRIDGE_PATH is {named}, but there is no {_PROGRAM} "
                "there. Set it to the program or to its folder.")
        return found
    here = os.path.dirname(os.path.abspath(__file__))
    noted = _noted_place(here)
    found = next(filter(None, map(_program_at, _places(here, noted))), None)
    if found is not None:
        return found
    where = f"not at {noted} ({_NOTE}), " if noted else ""
    raise FleetBridgeError(
        f"The program {_PROGRAM} was not found: not beside "
        f"{os.path.abspath(__file__)}, {where}and not on the PATH. Install "
        f"FleetBridge and run 'fleetbridge unreal install \"{here}\"', or set "
        "FLEETBRIDGE_PATH to the program.")


def _use_running(ports, deadline, patience):
    """Whether a FleetBridge already serves both ports, and is used now."""
    global _used
    module = _load_ports()
    try:
        used = module.use_running(
            ports, deadline, patience, _token(), _used)
    except module.PortError as error:
        raise FleetBridgeError(str(error)) from None
    _used = used or None
    return used is not None


def _load_ports():
    """The other half of this module: beside it, or beside the program."""
    global _ports
    if _ports is None:
        name = _PORTS + ".py"
        place = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
        if not os.path.isfile(place):
            program = os.path.realpath(_find_program()[-1])
            place = os.path.join(os.path.dirname(program), name)
        if not os.path.isfile(place):
            raise FleetBridgeError(
                f"{name} is missing beside {os.path.abspath(__file__)}. Copy "
                "it too, or run 'fleetbridge unreal install'.")
        spec = importlib.util.spec_from_file_location(_PORTS, place)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _ports = module
    return _ports


def _noted_place(here):
    """What "fleetbridge unreal install" wrote; None without it."""
    try:
        note = _read(os.path.join(here, _NOTE)).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    place = note.partition("\n")[0].strip()
    return os.path.join(here, place) if place else None


def _read(path):
    """The beginning of a regular file.

    A pipe or a device in its place is an error: the editor would wait for it.
    """
    _check_regular(os.stat(path))
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        _check_regular(os.fstat(file.fileno()))
        return file.read(64 * 1024)


def _token():
    """The header for a bridge with --token-file; empty without a token.

    It is sent only to a FleetBridge: another program may use the port.
    """
    named = os.environ.get("FLEETBRIDGE_TOKEN_FILE", "").strip()
    try:
        token = _read(named).decode("ascii").strip() if named else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return f"Authorization: Bearer {token}\r\n" if token else ""


def _check_regular(status):
    if not stat.S_ISREG(status.st_mode):
        raise OSError("not a regular file")


def _places(here, noted):
    yield os.path.join(here, _PROGRAM)
    yield os.path.join(here, _LIBRARY)
    yield os.path.join(here, "fleetbridge")
    if noted:
        yield noted
    for folder in _path():
        yield os.path.join(folder, _PROGRAM)
    yield os.path.join(os.path.expanduser("~"), ".dotnet", "tools", _PROGRAM)


def _path():
    """The absolute folders of the PATH: the current one is nobody's choice."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return filter(os.path.isabs, (folder.strip('"') for folder in folders))


def _program_at(place):
    if os.path.isdir(place):
        inside = (os.path.join(place, name) for name in (_PROGRAM, _LIBRARY))
        place = next(filter(os.path.isfile, inside), place)
    if not os.path.isfile(place):
        return None
    if place.lower().endswith(".dll"):
        return [_dotnet(), place]
    return [place] if _WINDOWS or os.access(place, os.X_OK) else None


def _dotnet():
    """On macOS the PATH of a windowed program does not have its folder."""
    root = os.environ.get("DOTNET_ROOT") or "/usr/local/share/dotnet"
    name = "dotnet.exe" if _WINDOWS else "dotnet"
    for folder in filter(os.path.isabs, [*_path(), root]):
        place = os.path.join(folder, name)
        if os.path.isfile(place) and os.access(place, os.X_OK):
            return place
    raise FleetBridgeError(
        f"There is no {name} on the PATH for the .NET 10 and ASP.NET Core "
        f"runtimes. {_NO_RUNTIME_REMEDY} If they are installed, set "
        "DOTNET_ROOT to their folder.")


def _main(arguments):
    """Serve in the foreground until Ctrl-C; arguments go to the program."""
    command = ["serve", "--parent-pid", str(os.getpid()), *arguments]
    try:
        process = _run(_find_program() + command)
    except FleetBridgeError as error:
        sys.exit(str(error))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # A signal to this process alone does not reach the program.
            if not _WINDOWS:
                process.terminate()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))

"""Times start_servers as the editor calls it, in a new interpreter.

Arguments: how (module: through fleet_bridge; inside: in this process), the
folder of the module, two ports. Prints the milliseconds of the import and of
the call.
"""

import sys
import time

how, folder, http_port, websocket_port = sys.argv[1:]
ports = (int(http_port), int(websocket_port))
sys.path.insert(0, folder)
begun = time.perf_counter()
if how == "module":
    import fleet_bridge
else:
    import peer
imported = time.perf_counter()
if how == "module":
    fleet_bridge.start_servers(*ports)
else:
    peer.serve(*ports)
called = time.perf_counter()
print((imported - begun) * 1000, (called - imported) * 1000)
if how == "module":
    fleet_bridge.stop_servers()

"""Runs a handler of the session API with the machine's own boto3.

Arguments: the handler's module, and its event as JSON. Prints the response.
"""

import importlib
import json
import pathlib
import sys
import time

REPOSITORY = pathlib.Path(__file__).parents[4]
HANDLERS = REPOSITORY / "Backends.Aws" / "Functions" / "Handlers"


class Context:
    """Lambda's context of a function with a time-out of 30 s."""

    def __init__(self):
        self._end = time.monotonic() + 30

    def get_remaining_time_in_millis(self):
        """As Lambda counts it."""
        return max(0, int((self._end - time.monotonic()) * 1000))


def main():
    """Runs it."""
    sys.path.insert(0, str(HANDLERS))
    module = importlib.import_module(sys.argv[1])
    event = json.loads(sys.argv[2])
    json.dump(module.lambda_handler(event, Context()), sys.stdout)


if __name__ == "__main__":
    main()

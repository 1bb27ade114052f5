"""A service's own rules, read from its model: what it refuses, what it says.

The models are cut from the public service models. The AWS stand-in of the .NET
tests reads the same files.
"""

import datetime
import json
import pathlib
import re

MODELS = pathlib.Path(__file__).parents[4] / "Amazon.Clients" / "Models"

# what any service may return besides the errors that an operation lists
COMMON_ERRORS = {"AccessDeniedException", "ThrottlingException",
                 "ValidationException", "ServiceUnavailable"}

TYPES = {
    "string": str,
    "integer": int,
    "timestamp": datetime.datetime,
    "structure": dict,
    "map": dict,
    "list": (list, tuple),
}


def snake(name):
    """The SDK's method for an operation: CreateGameSession, snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class ServiceModel:
    """One service's operations, shapes and errors."""

    def __init__(self, service):
        text = (MODELS / f"{service}.json").read_text(encoding="utf-8")
        model = json.loads(text)
        self._shapes = model["shapes"]
        self._operations = model["operations"]
        self._names = {snake(name): name for name in self._operations}

    def operation(self, method):
        """The operation behind an SDK method."""
        return self._names[method]

    def errors(self, operation):
        """The codes that an operation may fail with."""
        return set(self._operations[operation]["errors"]) | COMMON_ERRORS

    def problems(self, operation, side, value):
        """What is wrong with an operation's input or output."""
        shape = self._operations[operation][side]["shape"]
        return list(self._check(shape, value, operation))

    def _check(self, name, value, place):
        shape = self._shapes[name]
        kind = shape["type"]
        expected = TYPES[kind]
        if not isinstance(value, expected) or isinstance(value, bool):
            yield f"{place} is no {kind}"
            return
        yield from self._check_size(shape, kind, value, place)
        if kind == "string":
            yield from self._check_text(shape, value, place)
        elif kind == "structure":
            yield from self._check_members(shape, value, place)
        elif kind == "list":
            for index, item in enumerate(value):
                yield from self._check(
                    shape["member"]["shape"], item, f"{place}[{index}]")
        elif kind == "map":
            for key, item in value.items():
                yield from self._check(
                    shape["key"]["shape"], key, f"{place}'s key {key}")
                yield from self._check(
                    shape["value"]["shape"], item, f"{place}[{key}]")

    def _check_members(self, shape, value, place):
        for name in shape.get("required", []):
            if name not in value:
                yield f"{place}.{name} is required"
        for name, item in value.items():
            member = shape["members"].get(name)
            if member is None:
                yield f"{place}.{name} is unknown"
            else:
                yield from self._check(
                    member["shape"], item, f"{place}.{name}")

    @staticmethod
    def _check_size(shape, kind, value, place):
        if kind in ("structure", "timestamp"):
            return
        size = value if kind == "integer" else len(value)
        if size < shape.get("min", size):
            yield f"{place} is below {shape['min']}"
        if size > shape.get("max", size):
            yield f"{place} is above {shape['max']}"

    @staticmethod
    def _check_text(shape, value, place):
        if "enum" in shape and value not in shape["enum"]:
            yield f"{place} is none of {shape['enum']}"
        if "pattern" in shape and not re.fullmatch(shape["pattern"], value):
            yield f"{place} does not match {shape['pattern']}"

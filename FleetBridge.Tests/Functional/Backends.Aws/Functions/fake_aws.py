"""What the handlers find when they import boto3 in a test.

boto3 and botocore need not be installed: install() puts stand-ins of both
into sys.modules, with what the handlers use of them and nothing more.
"""

import contextlib
import importlib
import io
import json
import logging
import os
import pathlib
import sys
import types
import unittest
import uuid
from unittest import mock

from service_model import ServiceModel

REPOSITORY = pathlib.Path(__file__).parents[4]
HANDLERS = REPOSITORY / "Backends.Aws" / "Functions" / "Handlers"


class Config:
    """botocore.config.Config: only keeps what it is given."""

    def __init__(self, connect_timeout, read_timeout, retries):
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.retries = retries

    def longest(self):
        """Seconds that a call may take, waits between tries left out."""
        once = self.connect_timeout + self.read_timeout
        return once * self.retries["total_max_attempts"]


class BotoCoreError(Exception):
    """botocore.exceptions.BotoCoreError: no response came."""


class ClientError(Exception):
    """botocore.exceptions.ClientError: the service returned an error."""

    def __init__(self, response, operation_name):
        super().__init__(f"An error occurred ({response['Error']['Code']}) "
                         f"when calling the {operation_name} operation: "
                         f"{response['Error']['Message']}")
        self.response = response
        self.operation_name = operation_name


class Refusal(Exception):
    """A fake service's own way to say: this code, and why."""

    def __init__(self, code, message="as the test wants it"):
        super().__init__(message)
        self.code = code


class FakeService:
    """A client that refuses what the service refuses.

    An operation is a method named as the SDK's with on_ before it. What it is
    given and what it returns are compared with the service's model, so that
    neither a handler nor a test can make the service up.
    """

    service = None

    def __init__(self):
        self.model = ServiceModel(self.service)
        self.calls = []
        self.before = {}

    def __getattr__(self, method):
        if method.startswith("on_") or not hasattr(self, f"on_{method}"):
            raise AttributeError(method)

        def call(**asked):
            return self._respond(method, asked)
        return call

    def asked(self, method):
        """The parameters of the calls of a method, in their order."""
        return [asked for name, asked in self.calls if name == method]

    def fail(self, method, error):
        """Lets every further call of a method fail."""
        def refuse(**_):
            raise error
        self.before[method] = refuse

    def _respond(self, method, asked):
        operation = self.model.operation(method)
        self.calls.append((method, asked))
        try:
            problems = self.model.problems(operation, "input", asked)
            if problems:
                raise Refusal("ValidationException", "; ".join(problems))
            if method in self.before:
                self.before[method](**asked)
            response = getattr(self, f"on_{method}")(**asked)
        except Refusal as refusal:
            assert refusal.code in self.model.errors(operation), (
                f"{operation} never returns {refusal.code}")
            raise ClientError(
                {"Error": {"Code": refusal.code, "Message": str(refusal)},
                 "ResponseMetadata": metadata(400)}, operation) from refusal
        problems = self.model.problems(operation, "output", response)
        assert not problems, problems
        return {**response, "ResponseMetadata": metadata(200)}


def metadata(status):
    """What the SDK adds to every response."""
    return {"RequestId": str(uuid.uuid4()), "HTTPStatusCode": status,
            "HTTPHeaders": {}, "RetryAttempts": 0}


class Boto3(types.ModuleType):
    """boto3: hands out the test's fake services."""

    def __init__(self):
        super().__init__("boto3")
        self.services = {}
        self.made = []
        self.failure = None
        self.endpoint = None

    def client(self, service, config, endpoint_url=None):
        """A client, as boto3 makes it."""
        self.made.append((service, config))
        self.endpoint = endpoint_url
        if self.failure:
            raise self.failure
        return self.services[service]


BOTO3 = Boto3()


def install():
    """Puts the stand-ins where an import finds them."""
    config = types.ModuleType("botocore.config")
    config.Config = Config
    exceptions = types.ModuleType("botocore.exceptions")
    exceptions.BotoCoreError = BotoCoreError
    exceptions.ClientError = ClientError
    botocore = types.ModuleType("botocore")
    botocore.config = config
    botocore.exceptions = exceptions
    sys.modules.update({
        "boto3": BOTO3, "botocore": botocore, "botocore.config": config,
        "botocore.exceptions": exceptions})


class HandlerTest(unittest.TestCase):
    """A handler in a container of its own: imported again for every test."""

    handler = None
    environment = {}
    fake = None

    def setUp(self):
        install()
        for module in HANDLERS.glob("*.py"):
            sys.modules.pop(module.stem, None)
        with mock.patch.object(sys, "path", [str(HANDLERS), *sys.path]):
            self.module = importlib.import_module(self.handler)
        self.service = self.fake()
        BOTO3.services = {self.service.service: self.service}
        BOTO3.made, BOTO3.failure = [], None
        for patch in (
                mock.patch.dict(os.environ, self.environment),
                mock.patch.object(logging.root, "handlers", []),
                mock.patch.object(logging.root, "level", logging.DEBUG)):
            patch.start()
            self.addCleanup(patch.stop)
        self.log = io.StringIO()
        logging.root.addHandler(logging.StreamHandler(self.log))

    def call(self, event, context=None):
        """The handler's response, which has to be JSON as it stands."""
        with contextlib.redirect_stdout(self.log):
            response = self.module.lambda_handler(event, context)
        self.assertEqual(response, json.loads(json.dumps(response)))
        return response

    def assert_failed(self, response, *words):
        """A failed response of the agreed shape, with these words in it."""
        self.assertEqual({"status", "msg"}, set(response), response)
        self.assertEqual("fail", response["status"])
        self.assertTrue(response["msg"].strip())
        for word in words:
            self.assertIn(word, response["msg"])

"""A service and a client of the mesh as nuropb 0.1.8 has them, on pika alone.

Both follow the wire strictly: each message that differs from it is told,
and the service stops listening at what it cannot decode, as the real one does.

usage: peer.py service URL NAME    peer.py client URL
"""
import json
import sys
import time
import uuid

import pika

RPC, EVENTS, DEAD = (
    "nuropb-rpc-exchange",
    "nuropb-events-exchange",
    "nuropb-dl-exchange",
)
HEADERS = {
    "nuropb_protocol",
    "nuropb_version",
    "nuropb_type",
    "trace_id",
    "encrypted",
}
KEYS = {
    "request": {
        "tag",
        "correlation_id",
        "context",
        "trace_id",
        "service",
        "method",
        "params",
    },
    "command": {
        "tag",
        "correlation_id",
        "context",
        "trace_id",
        "service",
        "method",
        "params",
    },
    "event": {
        "tag",
        "correlation_id",
        "context",
        "trace_id",
        "topic",
        "event",
        "target",
    },
    "response": {
        "tag",
        "correlation_id",
        "context",
        "trace_id",
        "result",
        "error",
        "warning",
        "reply_to",
    },
}


def open_channel(url):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare(RPC, "direct", durable=True)
    channel.exchange_declare(EVENTS, "topic", durable=True)
    channel.exchange_declare(DEAD, "fanout", durable=True)
    return connection, channel


def properties(kind, correlation_id, trace_id=None, reply_to="", ttl=None):
    return pika.BasicProperties(
        content_type="application/json",
        correlation_id=correlation_id,
        reply_to=reply_to,
        expiration=None if ttl is None else str(ttl),
        headers={
            "nuropb_protocol": "0.1.1",
            "nuropb_version": "0.1.8",
            "nuropb_type": kind,
            "trace_id": trace_id,
            "encrypted": "",
        },
    )


def differences(props, body):
    """What differs from the table; an empty list for nothing."""
    found = []
    kind = (props.headers or {}).get("nuropb_type")
    if set(props.headers or {}) != HEADERS:
        found.append("headers %s" % sorted(props.headers or {}))
    if (props.headers or {}).get("nuropb_protocol") != "0.1.1":
        found.append("nuropb_protocol")
    if (props.headers or {}).get("encrypted") != "":
        found.append("encrypted")
    if props.content_type != "application/json":
        found.append("content_type %s" % props.content_type)
    if len(props.correlation_id or "") != 32 or not set(
        props.correlation_id
    ) <= set("0123456789abcdef"):
        found.append("correlation_id %s" % props.correlation_id)
    for name in (
        "delivery_mode",
        "priority",
        "message_id",
        "type",
        "timestamp",
        "app_id",
    ):
        if getattr(props, name) is not None:
            found.append("property %s" % name)
    if (props.expiration is not None) != (kind in ("request", "command")):
        found.append("expiration %s" % props.expiration)
    elif props.expiration is not None and not props.expiration.isdigit():
        found.append("expiration %s" % props.expiration)
    if kind in ("request", "command"):
        if not props.reply_to:
            found.append("reply_to")
    elif props.reply_to not in ("", None):
        found.append("reply_to %s" % props.reply_to)
    message = json.loads(body)
    if message.get("tag") != kind or set(message) != KEYS.get(kind, set()):
        found.append("keys of %s: %s" % (kind, sorted(message)))
    if message.get("correlation_id") != props.correlation_id:
        found.append("correlation_id of the body")
    if message.get("trace_id") != (props.headers or {}).get("trace_id"):
        found.append("trace_id of the body")
    if not isinstance(message.get("context"), dict):
        found.append("context")
    if (
        kind == "response"
        and message.get("error") is not None
        and not isinstance(message["error"].get("description"), str)
    ):
        found.append("description")
    return found


class Service:
    def __init__(self, url, name):
        self.name, self.found, self.events, self.commands = name, [], [], []
        self.connection, self.channel = open_channel(url)
        queue = "nuropb-%s-sq" % name
        self.channel.queue_declare(
            queue, durable=True, arguments={"x-dead-letter-exchange": DEAD}
        )
        self.channel.queue_bind(queue, RPC, name)
        self.channel.queue_bind(queue, EVENTS, "peer.events")
        self.channel.basic_qos(prefetch_count=1)
        self.channel.basic_consume(queue, self.take)

    def run(self):
        print("ready", flush=True)
        self.channel.start_consuming()

    def take(self, channel, method, props, body):
        try:
            self.found += differences(props, body)
            message = json.loads(body)
            kind = props.headers["nuropb_type"]
            if kind == "event":
                self.events.append(message["event"])
                channel.basic_ack(method.delivery_tag)
                return
            try:
                result, error, second = self.call(message), None, None
            except (
                Exception
            ) as exception:  # as the real one: the second response follows
                result, second = None, str(exception)
                error = {
                    "error": "NuropbException",
                    "description": "Runtime exception calling %s.%s:%r"
                    % (self.name, message["method"], exception),
                }
            if error is None:
                channel.basic_ack(method.delivery_tag)
            else:
                channel.basic_reject(method.delivery_tag, requeue=False)
            if kind == "request":
                self.respond(props, message, result, error)
                if second is not None:
                    self.respond(props, message, second, None)
        except Exception as exception:
            print("deaf: %r" % exception, flush=True)
            channel.stop_consuming()
            time.sleep(3600)

    def call(self, message):
        method, params = message["method"], message["params"]
        if method == "nuropb_describe":
            return {
                "service_name": self.name,
                "service_version": "1.0",
                "description": "A peer.",
                "warnings": [],
                "encrypted_methods": [],
                "public_key": None,
                "methods": {
                    "echo": {
                        "description": "Returns what it gets.",
                        "requires_encryption": False,
                        "parameters": {
                            "type": "object",
                            "properties": [
                                [
                                    "value",
                                    {
                                        "type": "str",
                                        "description": "",
                                        "default": "",
                                    },
                                ]
                            ],
                            "required": ["value"],
                        },
                    }
                },
            }
        if method == "echo":
            return params.get("value")
        if method == "context":
            return message["context"]
        if method == "seen":
            return {
                "differences": self.found,
                "events": self.events,
                "commands": self.commands,
            }
        if method == "note":
            self.commands.append(params)
            return None
        if method == "slow":
            time.sleep(params["seconds"])
            return "late"
        if method == "publish":
            self.channel.basic_publish(
                EVENTS,
                params["topic"],
                json.dumps(
                    {
                        "tag": "event",
                        "correlation_id": message["correlation_id"],
                        "context": message["context"],
                        "trace_id": message["trace_id"],
                        "topic": params["topic"],
                        "event": params["event"],
                        "target": None,
                    }
                ),
                properties(
                    "event", message["correlation_id"], message["trace_id"]
                ),
            )
            return None
        if method == "fail":
            raise ValueError("bad")
        raise KeyError("Unknown method %s" % method)

    def respond(self, props, message, result, error):
        self.channel.basic_publish(
            "",
            props.reply_to,
            json.dumps(
                {
                    "tag": "response",
                    "correlation_id": props.correlation_id,
                    "context": message["context"],
                    "trace_id": message["trace_id"],
                    "result": result,
                    "error": error,
                    "warning": None,
                    "reply_to": "",
                }
            ),
            properties("response", props.correlation_id, message["trace_id"]),
        )


class Client:
    def __init__(self, url):
        self.connection, self.channel = open_channel(url)
        self.queue = "nuropb-mesh-client-%s-rq" % uuid.uuid4().hex
        self.channel.queue_declare(
            self.queue, durable=False, exclusive=False, auto_delete=True
        )
        self.channel.basic_consume(
            self.queue, self.take, auto_ack=True, exclusive=True
        )
        self.channel.add_on_return_callback(self.returned)
        self.responses = {}

    def returned(self, channel, method, props, body):
        self.responses[props.correlation_id] = {"returned": method.reply_code}

    def take(self, channel, method, props, body):
        self.responses.setdefault(
            props.correlation_id,
            {
                "body": json.loads(body),
                "differences": differences(props, body),
            },
        )

    def run(self):
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(self.call(json.loads(line))), flush=True)

    def call(self, asked):
        correlation_id, limit = uuid.uuid4().hex, asked.get("limit", 20)
        if "raw" in asked:
            body, props = asked["raw"], properties(
                "request", correlation_id, None, self.queue, 60000
            )
            props.headers.update(asked.get("headers", {}))
        elif "topic" in asked:
            body, props = json.dumps(
                {
                    "tag": "event",
                    "correlation_id": correlation_id,
                    "context": {},
                    "trace_id": None,
                    "topic": asked["topic"],
                    "event": asked["event"],
                    "target": None,
                }
            ), properties("event", correlation_id)
            self.channel.basic_publish(EVENTS, asked["topic"], body, props)
            return {}
        else:
            body, props = json.dumps(
                {
                    "tag": "request",
                    "correlation_id": correlation_id,
                    "context": asked.get("context", {}),
                    "trace_id": "trace",
                    "service": asked["service"],
                    "method": asked["method"],
                    "params": asked.get("params", {}),
                }
            ), properties(
                "request", correlation_id, "trace", self.queue, 3600000
            )
        self.channel.basic_publish(
            RPC, asked["service"], body, props, mandatory=True
        )
        until = time.monotonic() + limit
        while (
            correlation_id not in self.responses and time.monotonic() < until
        ):
            self.connection.process_data_events(time_limit=0.05)
        return self.responses.pop(correlation_id, {"timeout": True})


if __name__ == "__main__":
    (
        Service(*sys.argv[2:])
        if sys.argv[1] == "service"
        else Client(*sys.argv[2:])
    ).run()

"""A service of a studio's own on the mesh, in Python on pika.

    export MESH_URL=amqp://test:test@127.0.0.1:5672/mesh
    python3 orders.py

Then, from any machine of the mesh:

    export MESH=amqp://test@127.0.0.1/mesh
    fleetbridge mesh call orders nuropb_describe --mesh $MESH
    fleetbridge mesh call orders add sku=sword count=2 --mesh $MESH
    fleetbridge mesh listen orders.added --mesh $MESH

docs/mesh.md has the wire as a table.
"""
import json
import os
import uuid

import pika

NAME = os.environ.get("MESH_NAME", "orders")
RPC, EVENTS, DEAD = (
    "nuropb-rpc-exchange",
    "nuropb-events-exchange",
    "nuropb-dl-exchange",
)
ORDERS = []


def properties(kind, correlation_id, trace_id):
    return pika.BasicProperties(
        content_type="application/json",
        correlation_id=correlation_id,
        headers={
            "nuropb_protocol": "0.1.1",
            "nuropb_version": "0.1.8",
            "nuropb_type": kind,
            "trace_id": trace_id,
            "encrypted": "",
        },
    )


def publish(channel, topic, event):
    correlation_id = uuid.uuid4().hex
    body = {
        "tag": "event",
        "correlation_id": correlation_id,
        "trace_id": None,
        "context": {},
        "topic": topic,
        "event": event,
        "target": None,
    }
    channel.basic_publish(
        EVENTS,
        topic,
        json.dumps(body),
        properties("event", correlation_id, None),
    )


def call(channel, method, params):
    if method == "nuropb_describe":
        return {
            "service_name": NAME,
            "service_version": "1.0",
            "description": "The studio's orders.",
            "warnings": [],
            "encrypted_methods": [],
            "public_key": None,
            "methods": {
                "add": {
                    "description": "Adds an order.",
                    "requires_encryption": False,
                    "parameters": {
                        "type": "object",
                        "required": ["sku"],
                        "properties": [
                            [
                                "sku",
                                {
                                    "type": "str",
                                    "description": "",
                                    "default": "",
                                },
                            ],
                            [
                                "count",
                                {
                                    "type": "int",
                                    "description": "",
                                    "default": 1,
                                },
                            ],
                        ],
                    },
                }
            },
        }
    if method == "add":
        ORDERS.append({"sku": params["sku"], "count": params.get("count", 1)})
        publish(channel, "orders.added", ORDERS[-1])
        return len(ORDERS)
    raise LookupError("Unknown method %s" % method)


def take(channel, delivery, props, body):
    try:
        request = json.loads(body)
        try:
            result, error = (
                call(channel, request["method"], request["params"]),
                None,
            )
        except Exception as exception:
            result, error = None, {
                "error": type(exception).__name__,
                "description": str(exception),
            }
        if request["tag"] == "request":
            response = {
                "tag": "response",
                "correlation_id": props.correlation_id,
                "trace_id": request["trace_id"],
                "context": {},
                "result": result,
                "error": error,
                "warning": None,
                "reply_to": "",
            }
            channel.basic_publish(
                "",
                props.reply_to,
                json.dumps(response),
                properties(
                    "response", props.correlation_id, request["trace_id"]
                ),
            )
    finally:
        channel.basic_ack(delivery.delivery_tag)


def main():
    channel = pika.BlockingConnection(
        pika.URLParameters(os.environ["MESH_URL"])
    ).channel()
    channel.exchange_declare(RPC, "direct", durable=True)
    channel.exchange_declare(EVENTS, "topic", durable=True)
    channel.exchange_declare(DEAD, "fanout", durable=True)
    queue = "nuropb-%s-sq" % NAME
    channel.queue_declare(
        queue, durable=True, arguments={"x-dead-letter-exchange": DEAD}
    )
    channel.queue_bind(queue, RPC, NAME)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume(queue, take)
    channel.start_consuming()


if __name__ == "__main__":
    main()

"""What the functions of the session API share: requests, responses, errors.

They are called through API Gateway's proxy integration: the event holds the
request's body and headers, and the response its status. An error is an object,
    {"error": "<code>", "message": "<what happened, and what to do>"}
with GameLift's name of the error as its code where GameLift has one. The
status is 400 for a request that is wrong, 404 for an id that does not exist,
409 for a session that takes nobody, 503 if there is no server, and 504 if the
session does not become active in time.

Environment variables: those of start_session.py, whose client is used, and
    ACTIVATION_SECONDS  how long a new session may take to become active;
                        15 if it is not set
"""

import base64
import binascii
import json
import logging
import os
import time

from botocore.exceptions import ClientError

import start_session
from start_session import code_of, gamelift, place_of

LOG = logging.getLogger(__name__)

ACTIVATION_SECONDS = 15
LONGEST_TEXT = 1024
MOST_PLAYERS = 200

STATUSES = {
    "InvalidRequestException": 400,
    "ValidationException": 400,
    "NotFoundException": 404,
    "GameSessionFullException": 409,
    "InvalidGameSessionStatusException": 409,
    "IdempotentParameterMismatchException": 409,
    "ConflictException": 409,
    "TerminalRoutingStrategyException": 409,
}
NO_SERVER = 503
NOT_ACTIVE = 504


class Refused(Exception):
    """A request that gets an error: status, code and message."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code


def wrong(message):
    """The error of a request that is wrong."""
    return Refused(400, "InvalidRequestException", message)


class Request:
    """A request to the session API, from API Gateway's event."""

    def __init__(self, event):
        self.headers = {
            name.lower(): value
            for name, value in (event.get("headers") or {}).items()
        }
        self._event = event

    def members(self, **checks):
        """The members of the body; an error names all that are wrong."""
        body = self._body()
        values = {name: body.get(name) for name in checks}
        problems = [
            f"{name} {'is missing' if values[name] is None else problem}"
            for name, (is_right, problem) in checks.items()
            if not is_right(values[name])
        ]
        if problems:
            raise wrong(f"The request is wrong: {'; '.join(problems)}.")
        return values

    def _body(self):
        body = self._event.get("body") or ""
        try:
            if self._event.get("isBase64Encoded"):
                body = base64.b64decode(body, validate=True).decode("utf-8")
            parsed = json.loads(body)
        except (binascii.Error, ValueError, RecursionError) as error:
            raise wrong("The request's body is not JSON.") from error
        if not isinstance(parsed, dict):
            raise wrong("The request's body is not a JSON object.")
        return parsed


def is_text(value):
    """Whether a member is a text that GameLift takes as a name or an id."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_TEXT
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def is_count(value):
    """Whether a member is a number of players."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and 1 <= value <= MOST_PLAYERS
        and value == int(value)
    )


def is_choice(value):
    """Whether an optional member is true or false."""
    return value is None or isinstance(value, bool)


TEXT = (is_text, f"must be a text of 1 to {LONGEST_TEXT} characters")
COUNT = (is_count, f"must be a whole number from 1 to {MOST_PLAYERS}")
CHOICE = (is_choice, "must be true or false")


def respond(event, context, perform):
    """The response to an event: what perform(request, fleet) returns."""
    fleet_id = os.environ.get("FLEET_ID")
    try:
        if not fleet_id:
            raise Refused(
                NO_SERVER,
                "NotConfigured",
                "The function's environment variable FLEET_ID is not set.",
            )
        return response(200, perform(Request(event), fleet_id))
    except Refused as refused:
        return error(refused.status, refused.code, str(refused))
    except start_session.NoTime as reason:
        return error(NOT_ACTIVE, "ActivationTimeout", str(reason))
    except ClientError as failed:
        LOG.error("%s returned %s", failed.operation_name, failed)
        code = code_of(failed)
        status = STATUSES.get(code, NO_SERVER)
        return error(status, code, message_of(failed, status))
    except Exception:
        LOG.exception("a request to the session API failed")
        return error(
            NO_SERVER, "ServiceUnavailable", start_session.UNREACHABLE
        )


def message_of(failed, status):
    """What a player's client is told of GameLift's error."""
    if status == NO_SERVER:
        return start_session.MESSAGES.get(
            code_of(failed), start_session.UNREACHABLE
        )
    return failed.response["Error"].get("Message") or code_of(failed)


def response(status, content):
    """A response of API Gateway's proxy integration."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(content, default=start_session.to_text),
    }


def error(status, code, message):
    """The response of an error."""
    return response(status, {"error": code, "message": message})


def pages(context, method, member, **asked):
    """All that a listing returns, page after page."""
    while True:
        page = getattr(gamelift(context), method)(**asked)
        yield from page.get(member, [])
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]


def search(context, fleet_id, expression):
    """The active sessions that the search finds, oldest first."""
    return pages(
        context,
        "search_game_sessions",
        "GameSessions",
        FilterExpression=expression,
        SortExpression="creationTimeMillis ASC",
        **place_of(fleet_id),
    )


def activated(context, session):
    """Waits until a session is active; an error if that takes too long."""
    limit = float(os.environ.get("ACTIVATION_SECONDS") or ACTIVATION_SECONDS)
    end = context.get_remaining_time_in_millis() - limit * 1000
    session_id = session["GameSessionId"]
    status = session.get("Status")
    while status != "ACTIVE":
        if status not in ("ACTIVATING", None):
            LOG.error("%s went from ACTIVATING to %s", session_id, status)
            raise Refused(
                NO_SERVER,
                "GameSessionNotStarted",
                f"The game session could not be started: it is {status}. Try "
                "again; the fleet's events and the server's log say more.",
            )
        if context.get_remaining_time_in_millis() < end:
            raise start_session.NoTime(start_session.STARTING)
        time.sleep(start_session.POLL_SECONDS)
        status = start_session.status_of(context, session_id)


def player_session(context, session_id, player_id):
    """A new player session for a player."""
    created = gamelift(context).create_player_session(
        GameSessionId=session_id, PlayerId=player_id
    )
    return created["PlayerSession"]

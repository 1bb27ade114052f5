"""Finds a place in a game session, and creates a session if there is none.

Environment variables of the function:
    FLEET_ID  the id (or the ARN) of the fleet that the sessions run on
    LOCATION  the location of the sessions; GameLift requires it on a fleet
              with several locations, and on one of type ANYWHERE. Optional
    AWS_ENDPOINT_URL_GAMELIFT  GameLift's address, if it is not AWS's own.
              Current SDKs read it themselves, older ones do not. Optional

The event is ignored: start session is a GET behind the REST API's Cognito
authorizer, and its event is {}.

The response is GameLift's response to CreatePlayerSession as it is, with times
as ISO 8601 texts. The game reads PlayerSession.PlayerSessionId,
PlayerSession.IpAddress and PlayerSession.Port. A failure has the shape of a
failed login, and is a response too, never an exception:
    {"status": "fail", "msg": "<a message for the player>"}
So a response with a "PlayerSession" is a place, and one without is not.
"""

import functools
import json
import logging
import os
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOG = logging.getLogger(__name__)

PLAYERS = 16
POLL_SECONDS = 0.5

# sessions that fill up or end before the player is in: more than these point
# to a server that ends at once, and each attempt takes a server process
ATTEMPTS = 5

# what has to remain of the function's 30 s for one more call: the REST API
# times out after 29 s, and a call may take the four seconds below
MARGIN_SECONDS = 5
CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
)

# the session that the search found has filled up or ended in the meantime
LOST = {
    "GameSessionFullException",
    "InvalidGameSessionStatusException",
    "NotFoundException",
}

NOT_SET_UP = (
    "Start session is not set up correctly. The game's operators find the "
    "reason in the function's log."
)
MESSAGES = {
    "AccessDeniedException": NOT_SET_UP,
    "UnauthorizedException": NOT_SET_UP,
    "InvalidRequestException": NOT_SET_UP,
    "ValidationException": NOT_SET_UP,
    "FleetCapacityExceededException": (
        "All game servers are in use. Try again in a moment; the game's "
        "operators can raise the fleet's capacity."
    ),
    "InvalidFleetStatusException": (
        "The fleet is not active. The game's operators can check it."
    ),
    "NotFoundException": (
        "The fleet does not exist. The game's operators can create it and the "
        "functions again."
    ),
    "LimitExceededException": (
        "This account has too many game sessions. Try again later."
    ),
    "ThrottlingException": (
        "There are too many players. Try again in a few seconds."
    ),
}
STARTING = (
    "This takes too long: the game session is probably still starting. Try "
    "again in a moment."
)
UNREACHABLE = "Game sessions cannot be reached. Try again in a moment."


class NoPlace(Exception):
    """There is no place for the player; the text says why."""


class NoTime(NoPlace):
    """The function has no time left for one more call."""


@functools.lru_cache(maxsize=1)
def client():
    """The client, which lives as long as the container."""
    options = {"config": CONFIG}
    if os.environ.get("AWS_ENDPOINT_URL_GAMELIFT"):
        options["endpoint_url"] = os.environ["AWS_ENDPOINT_URL_GAMELIFT"]
    return boto3.client("gamelift", **options)


def gamelift(context):
    """The client, if there is time for one more call."""
    if context.get_remaining_time_in_millis() < MARGIN_SECONDS * 1000:
        raise NoTime(STARTING)
    return client()


def place_of(fleet_id):
    """The parameters that say where sessions run: fleet and location."""
    location = os.environ.get("LOCATION")
    where = {"FleetId": fleet_id}
    return {**where, "Location": location} if location else where


def code_of(error):
    """The service's name for an error."""
    return error.response.get("Error", {}).get("Code", "unknown")


def is_open(session, lost):
    """Whether a player may get a place in a session."""
    return (
        session["GameSessionId"] not in lost
        and session.get("PlayerSessionCreationPolicy") != "DENY_ALL"
        and session.get("CurrentPlayerSessionCount", 0)
        < session.get("MaximumPlayerSessionCount", PLAYERS)
    )


def find(context, fleet_id, lost):
    """The first active session with a free place; None if there is none."""
    found = gamelift(context).search_game_sessions(
        FilterExpression="hasAvailablePlayerSessions=true",
        **place_of(fleet_id),
    )
    sessions = found.get("GameSessions", [])
    return next((it for it in sessions if is_open(it, lost)), None)


def find_unlisted(context, fleet_id, lost):
    """A session that the search does not list yet; None if there is none.

    The search lists only active sessions, and those with a delay. On a fleet
    with one server process that matters: a second player finds no session
    while the first one's starts, and no process to start another.
    """
    for status in ("ACTIVE", "ACTIVATING"):
        asked = {**place_of(fleet_id), "StatusFilter": status}
        while True:
            page = gamelift(context).describe_game_sessions(**asked)
            for session in page.get("GameSessions", []):
                if is_open(session, lost):
                    return session
            if not page.get("NextToken"):
                break
            asked["NextToken"] = page["NextToken"]
    return None


def create(context, fleet_id, lost):
    """A new session, or one that another player has just created."""
    try:
        created = gamelift(context).create_game_session(
            **place_of(fleet_id),
            MaximumPlayerSessionCount=PLAYERS,
            # the SDK's second attempt must not start a second session
            IdempotencyToken=str(uuid.uuid4()),
        )
        return created["GameSession"]
    except ClientError as error:
        if code_of(error) != "FleetCapacityExceededException":
            raise
        session = find_unlisted(context, fleet_id, lost)
        if session is None:
            raise
        return session


def wait(context, session):
    """Waits until the session is active."""
    session_id = session["GameSessionId"]
    status = session.get("Status")
    while status != "ACTIVE":
        if status not in ("ACTIVATING", None):
            LOG.error("%s went from ACTIVATING to %s", session_id, status)
            raise NoPlace(
                f"The game session could not be started: it is {status}. Try "
                "again; the fleet's events and the server's log say more."
            )
        time.sleep(POLL_SECONDS)
        status = status_of(context, session_id)


def status_of(context, session_id):
    """A session's status; None while GameLift does not know it yet."""
    try:
        page = gamelift(context).describe_game_sessions(
            GameSessionId=session_id
        )
    except ClientError as error:
        if code_of(error) != "NotFoundException":
            raise
        return None
    sessions = page.get("GameSessions") or [{}]
    return sessions[0].get("Status")


def find_place(context, fleet_id):
    """GameLift's response to CreatePlayerSession, for any session."""
    player_id = str(uuid.uuid4())
    lost = set()
    for _ in range(ATTEMPTS):
        session = find(context, fleet_id, lost)
        if session is None:
            session = create(context, fleet_id, lost)
            wait(context, session)
        try:
            return gamelift(context).create_player_session(
                GameSessionId=session["GameSessionId"], PlayerId=player_id
            )
        except ClientError as error:
            if code_of(error) not in LOST:
                raise
            LOG.info("%s: %s", session["GameSessionId"], code_of(error))
            lost.add(session["GameSessionId"])
    raise NoPlace(
        "Every game session filled up or ended before the player got in. Try "
        "again."
    )


def failure(message):
    """The response of a failure."""
    return {"status": "fail", "msg": message}


def to_text(value):
    """A value that JSON does not have as a text: a datetime as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def lambda_handler(event, context):
    """The handler; the module's text describes event and response."""
    fleet_id = os.environ.get("FLEET_ID")
    if not fleet_id:
        LOG.error("FLEET_ID is not set")
        return failure(
            "The function's environment variable FLEET_ID is not set."
        )

    try:
        place = find_place(context, fleet_id)
        return json.loads(json.dumps(place, default=to_text))
    except NoPlace as reason:
        return failure(str(reason))
    except ClientError as error:
        LOG.error("%s returned %s", error.operation_name, error)
        return failure(MESSAGES.get(code_of(error), UNREACHABLE))
    except Exception:
        LOG.exception("a player got no place")
        return failure(UNREACHABLE)

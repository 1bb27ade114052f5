"""Starts a game session and gives a player a place: POST /create_session.

The body is a JSON object:
    session_name     the session's name
    uuid             the player
    num_connections  how many players the session takes
    reuse            true: take an active session without players, if there is
                     one. Optional
    build_id         the client's build; for the game's own use. Optional

The response is GameLift's PlayerSession. A client that tries again gets the
same session: it is recognized by the header Idempotency-Key, otherwise by uuid
and session_name for as long as that session lives. Variables and errors are
described in session_api.py.
"""

import hashlib
import logging
import time

from botocore.exceptions import ClientError

import session_api
from session_api import CHOICE, COUNT, TEXT
from start_session import (
    NoTime,
    client,
    gamelift,
    is_open,
    place_of,
)

LOG = logging.getLogger(__name__)

LIVING = ("ACTIVATING", "ACTIVE")
ENDED = ("TERMINATING", "TERMINATED", "ERROR")
PRESENT = ("RESERVED", "ACTIVE")

# sessions of one name that end in the minute in which they were started
ATTEMPTS = 5


def lambda_handler(event, context):
    """The handler; the module's text describes event and response."""

    def create(request, fleet_id):
        asked = request.members(
            session_name=TEXT,
            uuid=TEXT,
            num_connections=COUNT,
            reuse=CHOICE,
        )
        return create_session(context, fleet_id, asked, key_of(request))

    return session_api.respond(event, context, create)


def key_of(request):
    """The client's own key for this attempt; None if it has none."""
    key = request.headers.get("idempotency-key")
    return token("key", key) if key else None


def token(*parts):
    """GameLift's idempotency token for what is the same request."""
    text = "\n".join(parts).encode("utf-8")
    return hashlib.sha256(text).hexdigest()[:32]


def create_session(context, fleet_id, asked, key):
    """The player session, in a session that is new or known already."""
    name, player = asked["session_name"], asked["uuid"]
    if asked["reuse"]:
        session = find_mine(context, fleet_id, name, player) or reuse(
            context, fleet_id, asked
        )
        if session:
            return place_in(context, session, player)

    if key:
        session = start(context, fleet_id, asked, key)
    else:
        base = token("name", player, name)
        session = find_living(context, fleet_id, base) or start_unless_ended(
            context, fleet_id, asked, base
        )
    session_api.activated(context, session)
    try:
        return place_in(context, session, player)
    except ClientError:
        end_if_empty(context, session["GameSessionId"])
        raise


def start(context, fleet_id, asked, idempotency_token):
    """The session that GameLift has, or starts, for a token."""
    created = gamelift(context).create_game_session(
        Name=asked["session_name"],
        MaximumPlayerSessionCount=int(asked["num_connections"]),
        IdempotencyToken=idempotency_token,
        **place_of(fleet_id),
    )["GameSession"]
    if created.get("Status") in ENDED:
        raise session_api.Refused(
            409,
            "InvalidGameSessionStatusException",
            f"The game session {created['GameSessionId']} of this request has "
            "ended. Send the request with another Idempotency-Key.",
        )
    return created


def start_unless_ended(context, fleet_id, asked, base):
    """A session of this minute; the next one if it has ended already."""
    minute = int(time.time() // 60)
    for attempt in range(1, ATTEMPTS):
        try:
            return start(context, fleet_id, asked, f"{base}-{minute}{attempt}")
        except session_api.Refused:
            LOG.info("session %d of this minute has ended", attempt)
    return start(context, fleet_id, asked, f"{base}-{minute}{ATTEMPTS}")


def find_living(context, fleet_id, base):
    """The session that an earlier request of the player started."""
    for status in LIVING:
        sessions = session_api.pages(
            context,
            "describe_game_sessions",
            "GameSessions",
            StatusFilter=status,
            **place_of(fleet_id),
        )
        for session in sessions:
            last = session["GameSessionId"].rsplit("/", 1)[-1]
            if last.startswith(base):
                return session
    return None


def find_mine(context, fleet_id, name, player):
    """The active session of this name in which the player has a place."""
    ids = {
        it["GameSessionId"]
        for it in session_api.pages(
            context,
            "describe_player_sessions",
            "PlayerSessions",
            PlayerId=player,
        )
        if it.get("Status") in PRESENT
    }
    active = session_api.pages(
        context,
        "describe_game_sessions",
        "GameSessions",
        StatusFilter="ACTIVE",
        **place_of(fleet_id),
    )
    return next(
        (
            it
            for it in active
            if it["GameSessionId"] in ids and it.get("Name") == name
        ),
        None,
    ) if ids else None


def reuse(context, fleet_id, asked):
    """An active session without players, as the request wants it."""
    wanted = int(asked["num_connections"])
    for session in session_api.search(
        context, fleet_id, "playerSessionCount=0"
    ):
        if (
            is_open(session, ())
            and session["MaximumPlayerSessionCount"] >= wanted
        ):
            return gamelift(context).update_game_session(
                GameSessionId=session["GameSessionId"],
                Name=asked["session_name"],
                MaximumPlayerSessionCount=wanted,
            )["GameSession"]
    return None


def place_in(context, session, player):
    """The player's place in a session: the present one, else a new one."""
    session_id = session["GameSessionId"]
    present = session_api.pages(
        context,
        "describe_player_sessions",
        "PlayerSessions",
        GameSessionId=session_id,
    )
    for place in present:
        if place["PlayerId"] == player and place.get("Status") in PRESENT:
            return place
    return session_api.player_session(context, session_id, player)


def end_if_empty(context, session_id):
    """Ends a session in which the player who started it got no place."""
    try:
        found = gamelift(context).describe_game_sessions(
            GameSessionId=session_id
        )["GameSessions"]
        if any(it.get("CurrentPlayerSessionCount") for it in found):
            return
        # SDKs of before 2025 cannot end a session, only close it
        if hasattr(client(), "terminate_game_session"):
            gamelift(context).terminate_game_session(
                GameSessionId=session_id, TerminationMode="FORCE_TERMINATE"
            )
        else:
            gamelift(context).update_game_session(
                GameSessionId=session_id,
                PlayerSessionCreationPolicy="DENY_ALL",
            )
    except (ClientError, NoTime) as failed:
        LOG.warning("%s was left behind: %s", session_id, failed)

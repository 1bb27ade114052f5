"""Gives a player a place in a game session: POST /join_session.

The body is a JSON object:
    GameSessionId  the session, as /find_session returns it
    uuid           the player

The response is GameLift's PlayerSession. Variables and errors are described in
session_api.py.
"""

import session_api
from session_api import TEXT


def lambda_handler(event, context):
    """The handler; the module's text describes event and response."""

    def join(request, _):
        asked = request.members(GameSessionId=TEXT, uuid=TEXT)
        return session_api.player_session(
            context, asked["GameSessionId"], asked["uuid"]
        )

    return session_api.respond(event, context, join)

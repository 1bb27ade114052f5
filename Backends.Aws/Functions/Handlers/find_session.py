"""Lists the game sessions that a player can join: GET /find_session.

The response is an array of GameLift's GameSession, oldest first: all active
sessions of the fleet that have a free place and accept players. Variables and
errors are described in session_api.py.
"""

import session_api
from start_session import is_open


def lambda_handler(event, context):
    """The handler; the module's text describes event and response."""

    def find(_, fleet_id):
        found = session_api.search(
            context, fleet_id, "hasAvailablePlayerSessions=true"
        )
        return [session for session in found if is_open(session, ())]

    return session_api.respond(event, context, find)

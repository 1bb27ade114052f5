"""Logs a player in: exchanges a user name and a password for tokens.

Environment variables of the function:
    USER_POOL_CLIENT_ID  the id of the user pool's app client

The event is the request's JSON body (the REST API's integration has the type
AWS, not AWS_PROXY): {"username": "…", "password": "…"}.

The response is one of
    {"status": "success", "tokens": <Cognito's AuthenticationResult>}
    {"status": "fail", "msg": "<a message for the player>"}
A failure is a response too, never an exception: the REST API would return a
stack trace to the player. No message reveals whether a user exists, and
nothing from the event or the tokens is ever logged.
"""

import functools
import logging
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOG = logging.getLogger(__name__)

# two attempts fit into the function's ten seconds, so that a slow Cognito ends
# in a response and not in Lambda's timeout
CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
)

BAD_EVENT = (
    'Send a JSON object with two texts: {"username": "…", "password": "…"}.'
)

# one text for all that depends on the user: otherwise it would reveal to a
# stranger who has an account
REFUSED = (
    "The user name or the password is wrong, or this user may not log in yet."
)
BUSY = "There are too many logins. Try again in a few seconds."
INVALID = (
    "The login was not accepted: the user name contains invalid characters, "
    "or the login is not set up for passwords."
)
NOT_SET_UP = "The login is not set up correctly. Contact the game's operators."
UNREACHABLE = "The login cannot be reached. Try again in a moment."

MESSAGES = {
    "NotAuthorizedException": REFUSED,
    "UserNotFoundException": REFUSED,
    "UserNotConfirmedException": REFUSED,
    "PasswordResetRequiredException": REFUSED,
    "UserLambdaValidationException": REFUSED,
    "InvalidParameterException": INVALID,
    "TooManyRequestsException": BUSY,
    "LimitExceededException": BUSY,
    "ThrottlingException": BUSY,
    "ForbiddenException": NOT_SET_UP,
    "InvalidUserPoolConfigurationException": NOT_SET_UP,
    "ResourceNotFoundException": NOT_SET_UP,
    "UnsupportedOperationException": NOT_SET_UP,
}


@functools.lru_cache(maxsize=1)
def cognito():
    """The client, which lives as long as the container."""
    return boto3.client("cognito-idp", config=CONFIG)


def failure(message):
    """The response of a failure."""
    return {"status": "fail", "msg": message}


def credentials(event):
    """The event's user name and password; None if one is missing."""
    if not isinstance(event, dict):
        return None
    pair = (event.get("username"), event.get("password"))
    return pair if all(isinstance(it, str) and it for it in pair) else None


def log_in(client_id, username, password):
    """Calls Cognito, and turns its result into a response."""
    result = cognito().initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id,
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    if result.get("AuthenticationResult"):
        return {"status": "success", "tokens": result["AuthenticationResult"]}

    # the password was right: only its owner reads this
    challenge = result.get("ChallengeName", "unknown")
    LOG.warning("a login requires the challenge %s", challenge)
    return failure(
        f"This user must complete a further step first ({challenge}), which "
        "the game does not support. The login page does."
    )


def lambda_handler(event, context):
    """The handler; the module's text describes event and response."""
    client_id = os.environ.get("USER_POOL_CLIENT_ID")
    if not client_id:
        LOG.error("USER_POOL_CLIENT_ID is not set")
        return failure(
            "The function's environment variable USER_POOL_CLIENT_ID is not "
            "set."
        )

    pair = credentials(event)
    if pair is None:
        return failure(BAD_EVENT)

    try:
        return log_in(client_id, *pair)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        LOG.warning("InitiateAuth returned %s", code)
        return failure(MESSAGES.get(code, UNREACHABLE))
    except Exception as error:
        # the type only: the SDK's messages quote invalid parameters
        LOG.error("InitiateAuth failed: %s", type(error).__name__)
        return failure(UNREACHABLE)

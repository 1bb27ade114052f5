"""Logs a player in: a user name and a password against tokens.

Environment variables of the function:
    USER_POOL_CLIENT_ID  the id of the user pool's app client

The event is the request's JSON body (the REST API's integration is of type
AWS, not AWS_PROXY): {"username": "…", "password": "…"}.

The answer is one of
    {"status": "success", "tokens": <Cognito's AuthenticationResult>}
    {"status": "fail", "msg": "<what to tell the player>"}
A failure is an answer too, never an exception: the REST API would hand the
player a stack trace. No message tells whether a user exists, and nothing that
came with the event or with the tokens is ever logged.
"""

import functools
import logging
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOG = logging.getLogger(__name__)

# two tries fit into the function's ten seconds, so that a slow Cognito ends in
# an answer of ours and not in Lambda's own time-out
CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
)

BAD_EVENT = (
    'Send a JSON object with two texts: {"username": "…", "password": "…"}.'
)

# one text for all that depends on the user: which of these it was would tell
# a stranger who has an account
REFUSED = (
    "The user name or the password is wrong, or this user may not log in yet."
)
BUSY = "Too many logins just now. Try again in a few seconds."
INVALID = (
    "The login was not accepted: the user name has characters that no user "
    "name has, or the login is not set up for passwords."
)
NOT_SET_UP = "The login is not set up correctly. Tell those who run the game."
UNREACHABLE = "The login is out of reach just now. Try again in a moment."

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
    """The client: made by the first event, kept for the container's life."""
    return boto3.client("cognito-idp", config=CONFIG)


def failure(message):
    """A failed answer."""
    return {"status": "fail", "msg": message}


def credentials(event):
    """The event's user name and password; None if it does not have them."""
    if not isinstance(event, dict):
        return None
    pair = (event.get("username"), event.get("password"))
    return pair if all(isinstance(it, str) and it for it in pair) else None


def log_in(client_id, username, password):
    """Asks Cognito, and makes an answer of what it says."""
    result = cognito().initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id,
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    if result.get("AuthenticationResult"):
        return {"status": "success", "tokens": result["AuthenticationResult"]}

    # the password was right: only its owner gets to read this
    challenge = result.get("ChallengeName", "unknown")
    LOG.warning("a login met the challenge %s", challenge)
    return failure(
        f"This user has to take a further step first ({challenge}), which "
        "the game cannot offer. The login page can."
    )


def lambda_handler(event, context):
    """Lambda's entry: see the module's text for the event and the answer."""
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
        LOG.warning("InitiateAuth answered %s", code)
        return failure(MESSAGES.get(code, UNREACHABLE))
    except Exception as error:
        # the type only: the SDK's texts quote the parameters they dislike
        LOG.error("InitiateAuth failed: %s", type(error).__name__)
        return failure(UNREACHABLE)

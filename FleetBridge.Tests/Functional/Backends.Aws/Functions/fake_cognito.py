"""Cognito user pools, as far as a login goes."""

from fake_aws import FakeService, Refusal

TOKENS = {
    "AccessToken": "access.token-of_the.player",
    "ExpiresIn": 3600,
    "TokenType": "Bearer",
    "RefreshToken": "refresh.token-of_the.player",
    "IdToken": "id.token-of_the.player",
}


class FakeCognito(FakeService):
    """One pool with one client, and users in every state."""

    service = "cognito-idp"

    def __init__(self):
        super().__init__()
        self.client_id = "1client2of3the4pool"
        self.flows = {"USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"}
        self.password = "test12"
        self.states = {"user0": "CONFIRMED", "off": "DISABLED",
                       "new": "UNCONFIRMED", "lost": "RESET_REQUIRED",
                       "first": "FORCE_CHANGE_PASSWORD"}

    def on_initiate_auth(self, AuthFlow, ClientId, AuthParameters):
        if ClientId != self.client_id:
            raise Refusal("ResourceNotFoundException")
        if AuthFlow not in self.flows:
            raise Refusal("InvalidParameterException",
                          f"{AuthFlow} flow not enabled for this client")
        for name in ("USERNAME", "PASSWORD"):
            if not AuthParameters.get(name):
                raise Refusal("InvalidParameterException", f"Missing {name}")
        if " " in AuthParameters["USERNAME"]:
            raise Refusal("InvalidParameterException", "username's pattern")
        return self._log_in(**AuthParameters)

    def _log_in(self, USERNAME, PASSWORD):
        state = self.states.get(USERNAME)
        if state is None:
            raise Refusal("UserNotFoundException", "User does not exist.")
        if state == "RESET_REQUIRED":
            raise Refusal("PasswordResetRequiredException")
        if PASSWORD != self.password or state == "DISABLED":
            raise Refusal("NotAuthorizedException",
                          "Incorrect username or password.")
        if state == "UNCONFIRMED":
            raise Refusal("UserNotConfirmedException")
        if state == "FORCE_CHANGE_PASSWORD":
            return {"ChallengeName": "NEW_PASSWORD_REQUIRED",
                    "Session": "session-of-the-challenge",
                    "ChallengeParameters": {"USER_ID_FOR_SRP": USERNAME}}
        return {"ChallengeParameters": {}, "AuthenticationResult": TOKENS}

"""GameLift on one fleet, as far as start session goes, on a clock by hand."""

import datetime
import re

from fake_aws import FakeService, Refusal

FLEET = "fleet-2222bbbb-33cc-44dd-55ee-6666ffff7777"
FLEET_ARN = f"arn:aws:gamelift:us-west-2:111122223333:fleet/{FLEET}"
START = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
PAGE = 2

# the search's grammar, without and and order
FILTER = re.compile(
    r"(hasAvailablePlayerSessions) *= *(true|false)"
    r"|(playerSessionCount|maximumSessions) *(=|<>|<|>|<=|>=) *\d+")


class Clock:
    """Time that passes only when somebody waits, or a call is made."""

    def __init__(self):
        self.seconds = 0.0

    def sleep(self, seconds):
        """time.sleep, in no time."""
        assert seconds > 0
        self.seconds += seconds

    def now(self):
        """The point in time."""
        return START + datetime.timedelta(seconds=self.seconds)


class Context:
    """Lambda's context of a function with a time-out of 30 s."""

    def __init__(self, clock, timeout=30):
        self._clock = clock
        self._end = clock.seconds + timeout

    def get_remaining_time_in_millis(self):
        """As Lambda counts it: whole milliseconds, never below nothing."""
        return max(0, int((self._end - self._clock.seconds) * 1000))


class Session:
    """A game session: what it is, and what the search believes of it."""

    def __init__(self, number, clock, players=0, token=None):
        self.name = token or f"gsess-{number}"
        self.arn = f"arn:aws:gamelift:us-west-2::gamesession/{FLEET}/" \
                   f"{self.name}"
        self.port = 7777 + number
        self.created = clock.now()
        self.players = players
        self.maximum = 16
        self.policy = "ACCEPT_ALL"
        self.states = [(0.0, "ACTIVE")]
        self.listed = True
        self.clock = clock

    @property
    def status(self):
        """The state at this point in time."""
        return [state for since, state in self.states
                if since <= self.clock.seconds][-1]

    def to_json(self):
        """GameLift's GameSession."""
        shape = {
            "GameSessionId": self.arn, "FleetId": FLEET,
            "FleetArn": FLEET_ARN, "CreationTime": self.created,
            "CurrentPlayerSessionCount": self.players,
            "MaximumPlayerSessionCount": self.maximum, "Status": self.status,
            "PlayerSessionCreationPolicy": self.policy, "Location":
            "us-west-2", "GameProperties": []}
        if self.status == "ACTIVE":
            shape.update(IpAddress="192.0.2.7", Port=self.port)
        return shape


class FakeGameLift(FakeService):
    """A fleet with server processes, sessions on them, and a slow search."""

    service = "gamelift"

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.fleet_status = "ACTIVE"
        self.free_processes = 2
        self.becomes = [(3.0, "ACTIVE")]
        self.sessions = []
        self.created_are_listed = True

    def add(self, **kinds):
        """A session that is there already."""
        session = Session(len(self.sessions), self.clock)
        vars(session).update(kinds)
        self.sessions.append(session)
        return session

    def _respond(self, method, asked):
        self.clock.sleep(0.05)
        return super()._respond(method, asked)

    @staticmethod
    def _check_fleet(fleet):
        if fleet is None:
            raise Refusal("InvalidRequestException", "no fleet, no alias")
        if fleet not in (FLEET, FLEET_ARN):
            raise Refusal("NotFoundException", f"no fleet {fleet}")

    def on_search_game_sessions(self, FleetId=None, FilterExpression=""):
        self._check_fleet(FleetId)
        if not FILTER.fullmatch(FilterExpression):
            raise Refusal("InvalidRequestException", FilterExpression)
        return {"GameSessions": [
            it.to_json() for it in self.sessions if it.listed is True
            and it.status == "ACTIVE" and it.players < it.maximum
        ] + [it.listed for it in self.sessions if it.listed not in (
            True, False)]}

    def on_describe_game_sessions(self, FleetId=None, GameSessionId=None,
                                  StatusFilter=None, NextToken="0"):
        if GameSessionId is None:
            self._check_fleet(FleetId)
        found = [it for it in self.sessions
                 if GameSessionId in (None, it.arn)
                 and StatusFilter in (None, it.status)]
        if GameSessionId and not found:
            raise Refusal("NotFoundException", GameSessionId)
        start = int(NextToken)
        response = {"GameSessions": [
            it.to_json() for it in found[start:start + PAGE]]}
        if start + PAGE < len(found):
            response["NextToken"] = str(start + PAGE)
        return response

    def on_create_game_session(self, MaximumPlayerSessionCount, FleetId=None,
                               IdempotencyToken=None):
        self._check_fleet(FleetId)
        if self.fleet_status != "ACTIVE":
            raise Refusal("InvalidFleetStatusException", self.fleet_status)
        for session in self.sessions:
            if IdempotencyToken and session.name == IdempotencyToken:
                return {"GameSession": session.to_json()}
        if not self.free_processes:
            raise Refusal("FleetCapacityExceededException")
        self.free_processes -= 1
        session = self.add(maximum=MaximumPlayerSessionCount)
        session.name = IdempotencyToken or session.name
        session.arn = session.arn.rsplit("/", 1)[0] + "/" + session.name
        session.listed = self.created_are_listed
        since = self.clock.seconds
        session.states = [(0.0, "ACTIVATING")] + [
            (since + after, state) for after, state in self.becomes]
        return {"GameSession": session.to_json()}

    def on_create_player_session(self, GameSessionId, PlayerId):
        session = next(
            (it for it in self.sessions if it.arn == GameSessionId), None)
        if session is None:
            raise Refusal("NotFoundException", GameSessionId)
        if session.status != "ACTIVE":
            raise Refusal("InvalidGameSessionStatusException", session.status)
        if session.policy != "ACCEPT_ALL":
            raise Refusal("InvalidRequestException", session.policy)
        if session.players >= session.maximum:
            raise Refusal("GameSessionFullException")
        session.players += 1
        return {"PlayerSession": {
            "PlayerSessionId": f"psess-{PlayerId}", "PlayerId": PlayerId,
            "GameSessionId": session.arn, "FleetId": FLEET,
            "FleetArn": FLEET_ARN, "CreationTime": self.clock.now(),
            "Status": "RESERVED", "IpAddress": "192.0.2.7",
            "DnsName": "", "Port": session.port}}

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

    def time(self):
        """time.time."""
        return self.now().timestamp()

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
        self.title = None
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
        if self.title:
            shape["Name"] = self.title
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
        self.location = None
        self.free_processes = 2
        self.becomes = [(3.0, "ACTIVE")]
        self.sessions = []
        self.places = []
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

    @staticmethod
    def _page(member, found, token):
        """A page of a listing; the search has all on its first page."""
        start = int(token)
        response = {member: found[start:start + PAGE]}
        if start + PAGE < len(found):
            response["NextToken"] = str(start + PAGE)
        return response

    def on_search_game_sessions(self, FleetId=None, FilterExpression="",
                                SortExpression=None, Location=None,
                                NextToken="0"):
        self._check_place(FleetId, Location)
        if not FILTER.fullmatch(FilterExpression):
            raise Refusal("InvalidRequestException", FilterExpression)
        empty = FilterExpression == "playerSessionCount=0"
        found = [
            it.to_json() for it in self.sessions if it.listed is True
            and it.status == "ACTIVE" and it.players < it.maximum
            and not (empty and it.players)
        ] + [it.listed for it in self.sessions if it.listed not in (
            True, False)]
        if SortExpression is None:
            return {"GameSessions": found}
        assert SortExpression == "creationTimeMillis ASC"
        found.sort(key=lambda it: it["CreationTime"])
        return self._page("GameSessions", found, NextToken)

    def _check_place(self, fleet, location):
        self._check_fleet(fleet)
        if location != self.location:
            raise Refusal("InvalidRequestException", f"location {location}")

    def on_describe_game_sessions(self, FleetId=None, GameSessionId=None,
                                  StatusFilter=None, Location=None,
                                  NextToken="0"):
        if GameSessionId is None:
            self._check_place(FleetId, Location)
        found = [it for it in self.sessions
                 if GameSessionId in (None, it.arn)
                 and StatusFilter in (None, it.status)]
        if GameSessionId and not found:
            raise Refusal("NotFoundException", GameSessionId)
        return self._page(
            "GameSessions", [it.to_json() for it in found], NextToken)

    def on_update_game_session(self, GameSessionId, Name=None,
                               MaximumPlayerSessionCount=None,
                               PlayerSessionCreationPolicy=None):
        session = self._session(GameSessionId)
        session.title = Name or session.title
        session.maximum = MaximumPlayerSessionCount or session.maximum
        session.policy = PlayerSessionCreationPolicy or session.policy
        return {"GameSession": session.to_json()}

    def on_terminate_game_session(self, GameSessionId, TerminationMode):
        session = self._session(GameSessionId)
        assert TerminationMode == "FORCE_TERMINATE"
        session.states.append((self.clock.seconds, "TERMINATED"))
        return {"GameSession": session.to_json()}

    def on_describe_player_sessions(self, GameSessionId=None, PlayerId=None,
                                    NextToken="0"):
        assert (GameSessionId is None) != (PlayerId is None)
        return self._page("PlayerSessions", [
            it for it in self.places
            if GameSessionId in (None, it["GameSessionId"])
            and PlayerId in (None, it["PlayerId"])], NextToken)

    def _session(self, arn):
        session = next((it for it in self.sessions if it.arn == arn), None)
        if session is None:
            raise Refusal("NotFoundException", arn)
        return session

    def on_create_game_session(self, MaximumPlayerSessionCount, FleetId=None,
                               IdempotencyToken=None, Name=None,
                               Location=None):
        self._check_place(FleetId, Location)
        if self.fleet_status != "ACTIVE":
            raise Refusal("InvalidFleetStatusException", self.fleet_status)
        for session in self.sessions:
            if IdempotencyToken and session.name == IdempotencyToken:
                return {"GameSession": session.to_json()}
        if not self.free_processes:
            raise Refusal("FleetCapacityExceededException")
        self.free_processes -= 1
        session = self.add(maximum=MaximumPlayerSessionCount, title=Name)
        session.name = IdempotencyToken or session.name
        session.arn = session.arn.rsplit("/", 1)[0] + "/" + session.name
        session.listed = self.created_are_listed
        since = self.clock.seconds
        session.states = [(0.0, "ACTIVATING")] + [
            (since + after, state) for after, state in self.becomes]
        return {"GameSession": session.to_json()}

    def on_create_player_session(self, GameSessionId, PlayerId):
        session = self._session(GameSessionId)
        if session.status != "ACTIVE":
            raise Refusal("InvalidGameSessionStatusException", session.status)
        if session.policy != "ACCEPT_ALL":
            raise Refusal("InvalidRequestException", session.policy)
        if session.players >= session.maximum:
            raise Refusal("GameSessionFullException")
        session.players += 1
        self.places.append({
            "PlayerSessionId": f"psess-{PlayerId}", "PlayerId": PlayerId,
            "GameSessionId": session.arn, "FleetId": FLEET,
            "FleetArn": FLEET_ARN, "CreationTime": self.clock.now(),
            "Status": "RESERVED", "IpAddress": "192.0.2.7",
            "DnsName": "", "Port": session.port})
        return {"PlayerSession": self.places[-1]}

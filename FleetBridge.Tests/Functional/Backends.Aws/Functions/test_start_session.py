"""The start session handler."""

import datetime
import os
import unittest
import uuid
from unittest import mock

from fake_aws import BOTO3, BotoCoreError, HandlerTest, Refusal
from fake_gamelift import FLEET, FLEET_ARN, Context, FakeGameLift

API_GATEWAY_SECONDS = 29


class StartSessionTest(HandlerTest):
    """What the tests share: a fleet, and a clock that only sleeping moves."""

    handler = "start_session"
    environment = {"FLEET_ID": FLEET}
    fake = FakeGameLift
    slow = 0.0

    def setUp(self):
        super().setUp()
        patch = mock.patch.object(self.module, "time", self.service.clock)
        patch.start()
        self.addCleanup(patch.stop)

    def start(self, event=None):
        """An response, which has to come before the REST API gives up."""
        clock = self.service.clock
        begun = clock.seconds
        response = self.call(event or {}, Context(clock))
        self.assertLess(clock.seconds - begun, API_GATEWAY_SECONDS)
        return response

    def assert_in(self, session, response):
        """A place in this session."""
        self.assertIn("PlayerSession", response, response)
        self.assertEqual(session.arn,
                         response["PlayerSession"]["GameSessionId"])

    def count(self, method):
        """How often an operation was called."""
        return len(self.service.asked(method))


class SessionFound(StartSessionTest):
    """A session with a free place runs already."""

    def test_player_joins_the_first_session(self):
        first = self.service.add(players=3)
        self.service.add()
        self.assert_in(first, self.start())
        self.assertEqual(4, first.players)
        self.assertEqual(0, self.count("create_game_session"))

    def test_search_is_for_free_places_on_the_fleet(self):
        self.service.add()
        self.start()
        self.assertEqual(
            [{"FleetId": FLEET,
              "FilterExpression": "hasAvailablePlayerSessions=true"}],
            self.service.asked("search_game_sessions"))

    def test_response_is_gamelifts_own_with_times_as_text(self):
        session = self.service.add()
        response = self.start()
        place = response["PlayerSession"]
        self.assertTrue(place["PlayerSessionId"].startswith("psess-"))
        self.assertEqual("192.0.2.7", place["IpAddress"])
        self.assertEqual(session.port, place["Port"])
        self.assertEqual("RESERVED", place["Status"])
        created = place["CreationTime"]
        self.assertRegex(created, r"^2026-01-02T03:04:\d\d")
        self.assertEqual(datetime.timedelta(0), datetime.datetime
                         .fromisoformat(created).utcoffset())
        self.assertEqual(
            200, response["ResponseMetadata"]["HTTPStatusCode"])

    def test_each_player_has_an_id_of_its_own(self):
        self.service.add()
        ids = {self.start()["PlayerSession"]["PlayerId"] for _ in range(3)}
        self.assertEqual(3, len({uuid.UUID(it) for it in ids}))

    def test_event_does_not_matter(self):
        self.service.add()
        for event in ({}, {"body": None}, "text"):
            with self.subTest(event):
                self.assertIn("PlayerSession", self.start(event))

    def test_fleet_may_be_an_arn(self):
        os.environ["FLEET_ID"] = FLEET_ARN
        self.assert_in(self.service.add(), self.start())

    def test_session_that_takes_nobody_is_left_out(self):
        self.service.add(policy="DENY_ALL")
        self.assert_in(self.service.add(), self.start())


class Place(StartSessionTest):
    """Where sessions run, and where GameLift is."""

    def test_location_goes_with_every_call_that_names_the_fleet(self):
        os.environ["LOCATION"] = self.service.location = "custom-home"
        self.assertIn("PlayerSession", self.start())
        self.service.sessions[0].players = 16
        self.service.free_processes = 0
        self.assert_failed(self.start(), "All game servers are in use")
        for method in ("search_game_sessions", "create_game_session",
                       "describe_game_sessions"):
            with self.subTest(method):
                asked = [it for it in self.service.asked(method)
                         if "FleetId" in it]
                self.assertTrue(asked)
                self.assertEqual({"custom-home"},
                                 {it.get("Location") for it in asked})

    def test_empty_location_is_none(self):
        os.environ["LOCATION"] = ""
        self.assert_in(self.service.add(), self.start())

    def test_endpoint_of_the_environment_is_used(self):
        os.environ["AWS_ENDPOINT_URL_GAMELIFT"] = "http://127.0.0.1:9080"
        self.service.add()
        self.start()
        self.assertEqual("http://127.0.0.1:9080", BOTO3.endpoint)


class SessionCreated(StartSessionTest):
    """Nobody plays yet."""

    def test_session_is_created_and_waited_for(self):
        response = self.start()
        session, = self.service.sessions
        self.assert_in(session, response)
        self.assertEqual(16, session.maximum)
        self.assertGreaterEqual(self.service.clock.seconds, 3.0)

    def test_create_names_no_location_and_has_a_token(self):
        self.start()
        self.service.sessions[0].players = 16
        self.start()
        tokens = []
        for asked in self.service.asked("create_game_session"):
            tokens.append(asked.pop("IdempotencyToken"))
            self.assertEqual(
                {"FleetId": FLEET, "MaximumPlayerSessionCount": 16}, asked)
        self.assertEqual(2, len(set(tokens)))

    def test_session_that_is_active_at_once_is_not_waited_for(self):
        self.service.becomes = [(0.0, "ACTIVE")]
        self.assertIn("PlayerSession", self.start())
        self.assertEqual(0, self.count("describe_game_sessions"))

    def test_session_that_gamelift_does_not_know_yet_is_waited_for(self):
        def unknown(GameSessionId, **_):
            if self.service.clock.seconds < 2:
                raise Refusal("NotFoundException", GameSessionId)
        self.service.before["describe_game_sessions"] = unknown
        self.assertIn("PlayerSession", self.start())

    def test_session_that_fails_is_told_with_its_state(self):
        for state in ("ERROR", "TERMINATED", "TERMINATING"):
            with self.subTest(state):
                self.service.free_processes = 1
                self.service.becomes = [(1.0, state)]
                self.assert_failed(self.start(), state)
        self.assertEqual(0, self.count("create_player_session"))

    def test_session_that_starts_slowly_is_there_for_the_next_try(self):
        self.service.becomes = [(40.0, "ACTIVE")]
        self.assert_failed(self.start(), "still starting")
        self.assertEqual(0, self.count("create_player_session"))
        self.service.clock.sleep(40)
        self.assert_in(self.service.sessions[0], self.start())
        self.assertEqual(1, self.count("create_game_session"))

    def test_session_that_starts_late_still_gives_a_place(self):
        self.service.becomes = [(24.0, "ACTIVE")]
        self.assertIn("PlayerSession", self.start())


class Races(StartSessionTest):
    """Others play too, and the search is always a little behind."""

    def test_session_that_filled_up_meanwhile_is_passed_over(self):
        first, second = self.service.add(), self.service.add()

        def fill(**_):
            first.players = 16
        self.service.before["create_player_session"] = fill
        self.assert_in(second, self.start())

    def test_session_that_is_full_but_still_listed_makes_a_new_one(self):
        full = self.service.add()
        full.listed = full.to_json()
        full.players = 16
        response = self.start()
        self.assert_in(self.service.sessions[1], response)

    def test_session_that_ended_but_is_still_listed_makes_a_new_one(self):
        ended = self.service.add()
        ended.listed = ended.to_json()
        for states in ([(0.0, "TERMINATED")], [(0.0, "TERMINATING")]):
            with self.subTest(states):
                ended.states = states
                self.assertIn("PlayerSession", self.start())

    def test_session_that_is_gone_but_still_listed_makes_a_new_one(self):
        gone = self.service.add()
        gone.listed = gone.to_json()
        gone.arn += "-renamed"
        response = self.start()
        self.assert_in(self.service.sessions[1], response)

    def test_player_keeps_its_id_from_session_to_session(self):
        full = self.service.add()
        full.listed = full.to_json()
        full.players = 16
        self.start()
        self.assertEqual(1, len({
            asked["PlayerId"]
            for asked in self.service.asked("create_player_session")}))

    def test_second_player_waits_for_the_session_of_the_first(self):
        self.service.free_processes = 0
        begun = self.service.add(
            states=[(0.0, "ACTIVATING"), (4.0, "ACTIVE")])
        self.assert_in(begun, self.start())

    def test_second_player_joins_a_session_that_is_not_listed_yet(self):
        self.service.free_processes = 0
        self.assert_in(self.service.add(listed=False), self.start())

    def test_sessions_that_are_not_listed_are_read_to_the_last_page(self):
        self.service.free_processes = 0
        for _ in range(5):
            self.service.add(players=16)
        self.assert_in(self.service.add(listed=False), self.start())

    def test_new_session_that_filled_up_meanwhile_makes_another(self):
        def fill(GameSessionId, **_):
            if len(self.service.sessions) == 1:
                self.service.sessions[0].players = 16
        self.service.before["create_player_session"] = fill
        response = self.start()
        self.assert_in(self.service.sessions[1], response)

    def test_race_that_never_ends_is_given_up_soon(self):
        self.service.free_processes = 1000
        self.service.becomes = [(0.0, "ACTIVE")]

        def fill(**_):
            for session in self.service.sessions:
                session.players = 16
        self.service.before["create_player_session"] = fill
        self.assert_failed(self.start(), "filled up")
        self.assertLess(len(self.service.sessions), 10)

    def test_no_call_begins_that_may_end_too_late(self):
        def fill(**_):
            self.service.clock.sleep(self.slow)
            for session in self.service.sessions:
                session.players = 16
        for method in ("search_game_sessions", "create_game_session",
                       "create_player_session"):
            self.service.before[method] = fill
        self.service.becomes = [(0.0, "ACTIVE")]
        self.service.free_processes = 1000
        for self.slow in (3.9, 3.05, 2.7):
            with self.subTest(self.slow):
                self.service.sessions = []
                self.assert_failed(self.start(), "too long")


class NoPlace(StartSessionTest):
    """There is no place, and the response says why."""

    def test_fleet_without_a_free_server_is_told(self):
        self.service.free_processes = 0
        self.service.add(players=16)
        self.service.add(policy="DENY_ALL")
        self.service.add(states=[(0.0, "TERMINATING")])
        self.assert_failed(self.start(), "capacity")

    def test_fleet_that_is_not_active_is_told(self):
        self.service.fleet_status = "ACTIVATING"
        self.assert_failed(self.start(), "not active")

    def test_fleet_that_is_gone_is_told(self):
        os.environ["FLEET_ID"] = "fleet-gone"
        self.assert_failed(self.start(), "does not exist")

    def test_fleet_id_that_is_none_is_a_matter_of_set_up(self):
        os.environ["FLEET_ID"] = "my fleet"
        self.assert_failed(self.start(), "not set up")

    def test_every_error_of_gamelift_is_a_response(self):
        lost = {"GameSessionFullException", "NotFoundException",
                "InvalidGameSessionStatusException"}
        for method, passing in (
                ("search_game_sessions", set()),
                ("create_game_session", set()),
                ("describe_game_sessions", {"NotFoundException"}),
                ("create_player_session", lost)):
            operation = self.service.model.operation(method)
            for code in self.service.model.errors(operation) - passing:
                with self.subTest(f"{operation}: {code}"):
                    self.service.free_processes = 1
                    self.service.sessions = []
                    self.service.before = {}
                    self.service.fail(method, Refusal(code))
                    self.assert_failed(self.start())

    def test_no_response_from_gamelift_is_a_response(self):
        for method in ("search_game_sessions", "create_game_session",
                       "create_player_session"):
            with self.subTest(method):
                self.service.before = {}
                self.service.fail(method, BotoCoreError("no route"))
                self.assert_failed(self.start(), "cannot be reached")

    def test_missing_variable_is_named(self):
        for unset in (lambda: os.environ.pop("FLEET_ID"),
                      lambda: os.environ.update(FLEET_ID="")):
            unset()
            self.assert_failed(self.start(), "FLEET_ID")
        self.assertEqual([], self.service.calls)

    def test_variable_is_read_at_each_event(self):
        self.service.add()
        os.environ["FLEET_ID"] = "fleet-other"
        self.start()
        os.environ["FLEET_ID"] = FLEET
        self.assertIn("PlayerSession", self.start())


class Client(StartSessionTest):
    """The SDK's client costs a second of a small function: made once."""

    def test_client_is_made_by_the_first_event_and_kept(self):
        self.assertEqual([], BOTO3.made)
        self.service.add()
        self.start()
        self.start()
        self.assertEqual(["gamelift"], [name for name, _ in BOTO3.made])

    def test_last_call_may_be_slow_and_still_be_in_time(self):
        self.service.add()
        self.start()
        config = BOTO3.made[0][1]
        slow = config.connect_timeout + config.read_timeout
        self.assertLessEqual(
            30 - self.module.MARGIN_SECONDS + slow, API_GATEWAY_SECONDS)


if __name__ == "__main__":
    unittest.main()

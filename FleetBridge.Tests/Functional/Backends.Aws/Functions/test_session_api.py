"""The session API's handlers: create, find and join."""

import base64
import json
import os
import unittest
from unittest import mock

from fake_aws import BotoCoreError, HandlerTest, Refusal
from fake_gamelift import FLEET, Context, FakeGameLift

API_GATEWAY_SECONDS = 29
BODY = {"session_name": "My session", "build_id": 1, "uuid": "player-1",
        "num_connections": 4}


class SessionApiTest(HandlerTest):
    """What the tests share: a fleet, a clock by hand, and a request."""

    environment = {"FLEET_ID": FLEET}
    fake = FakeGameLift

    def setUp(self):
        super().setUp()
        clock = self.service.clock
        for module in (self.module, self.module.session_api,
                       self.module.session_api.start_session):
            if hasattr(module, "time"):
                patch = mock.patch.object(module, "time", clock)
                patch.start()
                self.addCleanup(patch.stop)

    def ask(self, body=None, status=200, headers=None, **event):
        """What the response holds; its status has to be this one."""
        clock = self.service.clock
        begun = clock.seconds
        text = body if isinstance(body, (str, type(None))) else \
            json.dumps(body)
        response = self.call(
            {"body": text, "headers": headers, **event}, Context(clock))
        self.assertLess(clock.seconds - begun, API_GATEWAY_SECONDS)
        self.assertEqual({"statusCode", "headers", "body"}, set(response))
        self.assertEqual({"Content-Type": "application/json"},
                         response["headers"])
        content = json.loads(response["body"])
        self.assertEqual(status, response["statusCode"], content)
        if status != 200:
            self.assertEqual({"error", "message"}, set(content))
            self.assertTrue(content["error"] and content["message"])
        return content

    def count(self, method):
        """How often an operation was called."""
        return len(self.service.asked(method))


class CreateSession(SessionApiTest):
    """POST /create_session."""

    handler = "create_session"

    def test_response_is_a_player_session_in_a_new_session(self):
        place = self.ask(BODY)
        session, = self.service.sessions
        self.assertEqual(session.arn, place["GameSessionId"])
        self.assertEqual("player-1", place["PlayerId"])
        self.assertEqual("192.0.2.7", place["IpAddress"])
        self.assertEqual(session.port, place["Port"])
        self.assertTrue(place["PlayerSessionId"].startswith("psess-"))
        self.assertEqual("RESERVED", place["Status"])
        self.assertRegex(place["CreationTime"], r"^2026-01-02T03:04:\d\d")
        self.assertEqual((4, "My session"), (session.maximum, session.title))

    def test_body_may_be_base64(self):
        text = base64.b64encode(json.dumps(BODY).encode()).decode()
        self.assertIn("PlayerSessionId", self.ask(text, isBase64Encoded=True))

    def test_whole_number_may_be_written_as_a_fraction(self):
        self.ask({**BODY, "num_connections": 4.0})
        self.assertEqual(4, self.service.sessions[0].maximum)

    def test_location_goes_with_the_fleet(self):
        os.environ["LOCATION"] = self.service.location = "custom-home"
        self.ask(BODY)
        self.assertEqual("custom-home", self.service.asked(
            "create_game_session")[0]["Location"])

    def test_wrong_bodies_are_refused_and_everything_wrong_is_named(self):
        for body, words in (
                (None, ["JSON"]), ("", ["JSON"]), ("{", ["JSON"]),
                ("[" * 100000, ["JSON"]), ("[]", ["object"]),
                ("null", ["object"]), ("4", ["object"]),
                ({}, ["session_name is missing", "uuid is missing",
                      "num_connections is missing"]),
                ({**BODY, "uuid": None}, ["uuid is missing"]),
                ({**BODY, "uuid": 7}, ["uuid must be"]),
                ({**BODY, "uuid": ""}, ["uuid must be"]),
                ({**BODY, "session_name": "x" * 1025}, ["session_name"]),
                ({**BODY, "session_name": "\ud800"}, ["session_name"]),
                ({**BODY, "num_connections": 0}, ["num_connections"]),
                ({**BODY, "num_connections": 201}, ["num_connections"]),
                ({**BODY, "num_connections": -1}, ["num_connections"]),
                ({**BODY, "num_connections": 1.5}, ["num_connections"]),
                ({**BODY, "num_connections": "4"}, ["num_connections"]),
                ({**BODY, "num_connections": True}, ["num_connections"]),
                ({**BODY, "num_connections": [4]}, ["num_connections"]),
                ('{"num_connections": NaN}', ["num_connections"]),
                ('{"num_connections": Infinity}', ["num_connections"]),
                ({**BODY, "reuse": "yes"}, ["reuse must be"])):
            with self.subTest(str(body)[:40]):
                answer = self.ask(body, 400)
                self.assertEqual("InvalidRequestException", answer["error"])
                for word in words:
                    self.assertIn(word, answer["message"])
        self.assertEqual([], self.service.calls)

    def test_body_that_is_no_base64_is_refused(self):
        self.ask("not base64!", 400, isBase64Encoded=True)

    def test_request_again_is_the_same_player_session(self):
        first = self.ask({**BODY, "num_connections": 1})
        self.assertEqual(first, self.ask({**BODY, "num_connections": 1}))
        self.assertEqual(1, len(self.service.sessions))
        self.assertEqual(1, self.service.sessions[0].players)

    def test_request_again_hours_later_is_the_same_session(self):
        first = self.ask(BODY)
        self.service.clock.sleep(7200)
        self.assertEqual(first, self.ask(BODY))

    def test_request_whose_response_came_too_late_is_continued(self):
        self.service.becomes = [(20.0, "ACTIVE")]
        self.assertEqual("ActivationTimeout", self.ask(BODY, 504)["error"])
        self.service.clock.sleep(10)
        place = self.ask(BODY)
        session, = self.service.sessions
        self.assertEqual(session.arn, place["GameSessionId"])

    def test_other_player_or_name_is_another_session(self):
        self.service.free_processes = 3
        ids = {self.ask({**BODY, **other})["GameSessionId"] for other in (
            {}, {"uuid": "player-2"}, {"session_name": "Another"})}
        self.assertEqual(3, len(ids))

    def test_session_of_the_name_that_ended_is_created_again(self):
        self.service.free_processes = 9
        ids = set()
        for _ in range(3):
            ids.add(self.ask(BODY)["GameSessionId"])
            self.service.sessions[-1].states.append(
                (self.service.clock.seconds, "TERMINATED"))
        self.assertEqual(3, len(ids))

    def test_key_of_the_client_decides(self):
        for name in ("Idempotency-Key", "idempotency-key"):
            first = self.ask(BODY, headers={name: "one"})
            again = self.ask(BODY, headers={name: "one"})
            self.assertEqual(first, again)
        other = self.ask(BODY, headers={"Idempotency-Key": "two"})
        self.assertNotEqual(first["GameSessionId"], other["GameSessionId"])
        self.service.sessions[0].states.append(
            (self.service.clock.seconds, "TERMINATED"))
        ended = self.ask(BODY, 409, headers={"Idempotency-Key": "one"})
        self.assertIn("has ended", ended["message"])

    def test_token_is_one_that_gamelift_takes(self):
        self.ask({**BODY, "session_name": "größe/../\n"})
        token = self.service.asked("create_game_session")[0][
            "IdempotencyToken"]
        self.assertRegex(token, r"^[a-zA-Z0-9-]{1,48}$")

    def test_session_that_does_not_start_is_no_session(self):
        for state in ("ERROR", "TERMINATED"):
            with self.subTest(state):
                self.service.free_processes = 1
                self.service.becomes = [(1.0, state)]
                answer = self.ask(BODY, 503)
                self.assertIn(state, answer["message"])
        self.assertEqual(0, self.count("create_player_session"))

    def test_limit_on_the_wait_can_be_set(self):
        os.environ["ACTIVATION_SECONDS"] = "2"
        self.ask(BODY, 504)
        self.assertLess(self.service.clock.seconds, 5)

    def test_no_server_is_503(self):
        self.service.free_processes = 0
        answer = self.ask(BODY, 503)
        self.assertEqual("FleetCapacityExceededException", answer["error"])

    def test_session_without_its_player_is_ended(self):
        self.service.fail("create_player_session", Refusal(
            "InvalidGameSessionStatusException"))
        self.ask(BODY, 409)
        self.assertEqual("TERMINATED", self.service.sessions[0].status)

    def test_session_in_which_others_play_is_left(self):
        def fill(**_):
            self.service.sessions[0].players = 4
        self.service.before["create_player_session"] = fill
        answer = self.ask(BODY, 409)
        self.assertEqual("GameSessionFullException", answer["error"])
        self.assertEqual(0, self.count("terminate_game_session"))

    def test_sdk_that_cannot_end_a_session_closes_it(self):
        self.service.fail("create_player_session", Refusal(
            "InvalidGameSessionStatusException"))
        with mock.patch.object(FakeGameLift, "on_terminate_game_session",
                               new_callable=mock.PropertyMock,
                               side_effect=AttributeError):
            self.ask(BODY, 409)
        self.assertEqual("DENY_ALL", self.service.sessions[0].policy)

    def test_empty_session_is_used_again_when_asked_for(self):
        full, small, empty = (
            self.service.add(players=1), self.service.add(maximum=2),
            self.service.add())
        place = self.ask({**BODY, "reuse": True})
        self.assertEqual(empty.arn, place["GameSessionId"])
        self.assertEqual(("My session", 4), (empty.title, empty.maximum))
        self.assertEqual(place, self.ask({**BODY, "reuse": True}))
        self.assertEqual(0, self.count("create_game_session"))
        self.assertEqual((1, 0), (full.players, small.players))

    def test_session_is_created_if_no_empty_one_fits(self):
        self.service.add(players=1)
        self.ask({**BODY, "reuse": True})
        self.assertEqual(1, self.count("create_game_session"))


class FindSession(SessionApiTest):
    """GET /find_session."""

    handler = "find_session"

    def test_all_pages_are_searched_oldest_first(self):
        for _ in range(5):
            self.service.add(players=1)
            self.service.clock.sleep(1)
        found = self.ask()
        self.assertEqual([it.arn for it in self.service.sessions],
                         [it["GameSessionId"] for it in found])
        self.assertEqual(7777, found[0]["Port"])
        self.assertRegex(found[0]["CreationTime"], r"^2026-01-02T03:04:05")

    def test_nothing_is_an_empty_array(self):
        self.assertEqual([], self.ask())

    def test_session_that_takes_nobody_is_left_out(self):
        self.service.add(players=16)
        self.service.add(policy="DENY_ALL")
        self.service.add(states=[(0.0, "ACTIVATING")])
        self.assertEqual([], self.ask())


class JoinSession(SessionApiTest):
    """POST /join_session."""

    handler = "join_session"

    def join(self, session, status=200, player="player-2"):
        """What the response holds."""
        return self.ask({"GameSessionId": session, "uuid": player}, status)

    def test_response_is_a_player_session(self):
        session = self.service.add()
        place = self.join(session.arn)
        self.assertEqual((session.arn, "player-2"),
                         (place["GameSessionId"], place["PlayerId"]))

    def test_unknown_session_is_404(self):
        arn = self.service.add().arn
        for session in (arn + "x", "gsess-1", arn[:-1] + "9"):
            with self.subTest(session):
                self.assertEqual("NotFoundException",
                                 self.join(session, 404)["error"])

    def test_id_that_is_none_is_400(self):
        self.join(" " + self.service.add().arn, 400)

    def test_session_that_takes_nobody_is_409(self):
        for kinds, code in (
                ({"players": 16}, "GameSessionFullException"),
                ({"states": [(0.0, "TERMINATED")]},
                 "InvalidGameSessionStatusException"),
                ({"states": [(0.0, "ACTIVATING")]},
                 "InvalidGameSessionStatusException")):
            with self.subTest(code):
                session = self.service.add(**kinds)
                self.assertEqual(code, self.join(session.arn, 409)["error"])

    def test_missing_members_are_named(self):
        message = self.ask({}, 400)["message"]
        self.assertIn("GameSessionId is missing", message)
        self.assertIn("uuid is missing", message)


class Trouble(SessionApiTest):
    """What is wrong with the set-up, or with GameLift."""

    handler = "find_session"

    def test_fleet_that_is_not_set_is_503(self):
        del os.environ["FLEET_ID"]
        self.assertIn("FLEET_ID", self.ask(status=503)["message"])

    def test_gamelift_without_a_response_is_503(self):
        self.service.fail("search_game_sessions", BotoCoreError("cut"))
        self.ask(status=503)

    def test_refused_credentials_are_503_and_not_shown(self):
        self.service.fail("search_game_sessions", Refusal(
            "AccessDeniedException", "arn:aws:iam::1:role/secret"))
        answer = self.ask(status=503)
        self.assertNotIn("arn:", answer["message"])
        self.assertIn("arn:aws:iam", self.log.getvalue())

    def test_event_that_is_none_of_api_gateways_is_an_error(self):
        for event in ("text", 7, []):
            with self.subTest(event):
                response = self.call(event, Context(self.service.clock))
                self.assertEqual(503, response["statusCode"])


if __name__ == "__main__":
    unittest.main()

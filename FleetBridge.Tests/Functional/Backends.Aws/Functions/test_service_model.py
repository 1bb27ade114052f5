"""The fakes are worth what their model refuses: it has to refuse things."""

import unittest

from service_model import ServiceModel, snake


class Model(unittest.TestCase):
    """Shapes are held against the service's rules."""

    model = ServiceModel("gamelift")

    def problems(self, operation, value):
        return self.model.problems(operation, "input", value)

    def test_good_input_passes(self):
        self.assertEqual([], self.problems(
            "CreateGameSession",
            {"FleetId": "fleet-1", "MaximumPlayerSessionCount": 16}))

    def test_missing_member_is_refused(self):
        self.assertIn("required", self.problems(
            "CreateGameSession", {"FleetId": "fleet-1"})[0])

    def test_unknown_member_is_refused(self):
        self.assertIn("unknown", self.problems(
            "SearchGameSessions", {"Fleet": "fleet-1"})[0])

    def test_pattern_holds_for_the_whole_text(self):
        for fleet in ("flood-1", "fleet-1 ", "a fleet-1"):
            with self.subTest(fleet):
                self.assertIn("match", self.problems(
                    "SearchGameSessions", {"FleetId": fleet})[0])

    def test_type_is_checked(self):
        for count in ("16", 16.0, True, None):
            with self.subTest(count):
                self.assertIn("is no integer", self.problems(
                    "CreateGameSession",
                    {"MaximumPlayerSessionCount": count})[0])

    def test_bounds_are_checked(self):
        self.assertIn("below", self.problems(
            "CreateGameSession", {"MaximumPlayerSessionCount": -1})[0])
        self.assertIn("above", self.problems(
            "CreateGameSession",
            {"MaximumPlayerSessionCount": 1, "IdempotencyToken": "a" * 49},
        )[0])

    def test_enum_and_map_are_checked(self):
        found = ServiceModel("cognito-idp").problems(
            "InitiateAuth", "input",
            {"AuthFlow": "PASSWORD", "ClientId": "a",
             "AuthParameters": {"USERNAME": 1}})
        self.assertIn("none of", found[0])
        self.assertIn("is no string", found[1])

    def test_methods_are_named_as_the_sdk_names_them(self):
        self.assertEqual("create_game_session", snake("CreateGameSession"))
        self.assertEqual("CreateGameSession",
                         self.model.operation("create_game_session"))

"""The login handler."""

import os
import unittest

from fake_aws import BOTO3, BotoCoreError, HandlerTest, Refusal
from fake_cognito import TOKENS, FakeCognito

PASSWORD = "test12"


class LoginTest(HandlerTest):
    """What the login's tests share: a pool, and nothing secret in the log."""

    handler = "login"
    environment = {"USER_POOL_CLIENT_ID": "1client2of3the4pool"}
    fake = FakeCognito

    def log_in(self, username="user0", password=PASSWORD):
        return self.call({"username": username, "password": password})

    def tearDown(self):
        for secret in (self.service.password, *map(str, TOKENS.values())):
            if secret not in ("3600", "Bearer"):
                self.assertNotIn(secret, self.log.getvalue())


class GoodLogin(LoginTest):
    """A user who may."""

    def test_right_password_gives_the_tokens(self):
        self.assertEqual({"status": "success", "tokens": TOKENS},
                         self.log_in())

    def test_cognito_is_asked_once_and_for_a_password_login(self):
        self.log_in()
        self.assertEqual(
            [{"AuthFlow": "USER_PASSWORD_AUTH",
              "ClientId": "1client2of3the4pool",
              "AuthParameters": {"USERNAME": "user0", "PASSWORD": PASSWORD}}],
            self.service.asked("initiate_auth"))

    def test_password_reaches_cognito_as_it_is(self):
        for password in (" a b ", "päß\"'\\{}", "😀" * 64, "p" * 256):
            with self.subTest(password):
                self.service.password = password
                response = self.log_in(password=password)
                self.assertEqual("success", response["status"])

    def test_other_members_of_the_event_do_not_matter(self):
        response = self.call({"username": "user0", "password": PASSWORD,
                              "tokens": 1})
        self.assertEqual("success", response["status"])


class BadEvent(LoginTest):
    """A body that is not what the game sends."""

    def test_bad_event_is_told_and_never_reaches_cognito(self):
        for event in (
                None, "text", 7, [], ["username", "password"], {},
                {"username": "user0"}, {"password": PASSWORD},
                {"username": "", "password": PASSWORD},
                {"username": "user0", "password": ""},
                {"username": 7, "password": PASSWORD},
                {"username": "user0", "password": None},
                {"username": "user0", "password": [PASSWORD]},
                {"body": '{"username": "user0", "password": "test12"}'}):
            with self.subTest(event):
                self.assert_failed(self.call(event), "username", "password")
        self.assertEqual([], self.service.calls)


class RefusedLogin(LoginTest):
    """A user who may not."""

    def test_every_refusal_reads_the_same(self):
        responses = [
            self.log_in(password="wrong"),
            self.log_in("nobody"),
            self.log_in("off"),
            self.log_in("new"),
            self.log_in("lost"),
        ]
        for response in responses:
            self.assert_failed(response, "wrong")
            self.assertEqual(responses[0], response)

    def test_nobody_learns_from_a_wrong_password_who_has_to_change_it(self):
        self.assertEqual(self.log_in("nobody", "wrong"),
                         self.log_in("first", "wrong"))

    def test_challenge_is_no_login(self):
        self.assert_failed(self.log_in("first"), "NEW_PASSWORD_REQUIRED")

    def test_response_without_tokens_is_no_login(self):
        self.service.on_initiate_auth = lambda **_: {}
        self.assert_failed(self.log_in())

    def test_name_that_no_user_can_have_is_told(self):
        self.assert_failed(self.log_in("user 0"), "user name")

    def test_too_many_logins_are_told_to_wait(self):
        for code in ("TooManyRequestsException", "ThrottlingException"):
            with self.subTest(code):
                self.service.fail("initiate_auth", Refusal(code))
                self.assert_failed(self.log_in(), "few seconds")


class BrokenLogin(LoginTest):
    """What the operators of the game, or AWS, have to fix."""

    def test_missing_variable_is_named(self):
        for unset in (lambda: os.environ.pop("USER_POOL_CLIENT_ID"),
                      lambda: os.environ.update(USER_POOL_CLIENT_ID="")):
            unset()
            self.assert_failed(self.log_in(), "USER_POOL_CLIENT_ID")
        self.assertEqual([], self.service.calls)

    def test_variable_is_read_at_each_event(self):
        self.log_in()
        os.environ["USER_POOL_CLIENT_ID"] = self.service.client_id = "newer1"
        self.assertEqual("success", self.log_in()["status"])

    def test_client_that_is_gone_is_a_matter_of_set_up(self):
        os.environ["USER_POOL_CLIENT_ID"] = "gone"
        self.assert_failed(self.log_in(), "not set up")

    def test_client_without_password_logins_is_told(self):
        self.service.flows.remove("USER_PASSWORD_AUTH")
        self.assert_failed(self.log_in(), "not set up for passwords")

    def test_client_id_that_cognito_refuses_is_a_response(self):
        os.environ["USER_POOL_CLIENT_ID"] = "not an id"
        self.assert_failed(self.log_in())

    def test_every_error_of_cognito_is_a_response(self):
        for code in self.service.model.errors("InitiateAuth"):
            with self.subTest(code):
                self.service.fail("initiate_auth", Refusal(code))
                self.assert_failed(self.log_in())
                self.assertIn(code, self.log.getvalue())

    def test_no_response_from_cognito_is_a_response_and_keeps_the_secret(self):
        self.service.fail("initiate_auth", BotoCoreError(
            f"Invalid type for parameter PASSWORD, value: {PASSWORD}"))
        self.assert_failed(self.log_in(), "cannot be reached")
        self.assertIn("BotoCoreError", self.log.getvalue())


class Client(LoginTest):
    """The SDK's client costs a second of a small function: made once."""

    def test_client_is_made_by_the_first_event_and_kept(self):
        self.assertEqual([], BOTO3.made)
        self.log_in()
        self.log_in()
        self.assertEqual(["cognito-idp"], [name for name, _ in BOTO3.made])

    def test_client_that_could_not_be_made_is_tried_again(self):
        BOTO3.failure = BotoCoreError("You must specify a region.")
        self.assert_failed(self.log_in())
        BOTO3.failure = None
        self.assertEqual("success", self.log_in()["status"])

    def test_all_tries_end_before_the_function_does(self):
        self.log_in()
        self.assertLess(BOTO3.made[0][1].longest() + 1, 10)


if __name__ == "__main__":
    unittest.main()

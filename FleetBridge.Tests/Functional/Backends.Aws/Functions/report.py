"""Runs the tests and says each one's outcome, a line of JSON a test.

By hand, in this folder: python3 -m unittest discover
"""

import json
import pathlib
import sys
import unittest


class Report(unittest.TestResult):
    """Collects outcomes by the tests' ids."""

    def __init__(self):
        super().__init__()
        self.buffer = True
        self.texts = {}

    def startTest(self, test):
        super().startTest(test)
        self.texts[test.id()] = []

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._add(test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._add(test, self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            text = self._exc_info_to_string(err, test)
            self._add(test, f"{subtest}\n{text}")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._add(test, "was expected to fail")

    def _add(self, test, text):
        # also what belongs to no test, such as a file that does not import
        self.texts.setdefault(test.id(), []).append(text)


def main():
    """Runs all there is beside this file."""
    here = str(pathlib.Path(__file__).parent)
    report = Report()
    unittest.defaultTestLoader.discover(here).run(report)
    for test, texts in report.texts.items():
        json.dump({"test": test, "failures": texts}, sys.stdout)
        print()


if __name__ == "__main__":
    main()

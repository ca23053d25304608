"""A line for each case as it ends, all one needs when it failed, and a second try for a few."""
import time
import traceback
import unittest

from diagnosis import diagnosis


# More failures than these are a fault of the product or of the machine, and a second try would only hide which.
MOST_SECOND_TRIES = 3


def run(suite):
    """Runs the cases. Up to three that fail run once more, after all the others; one that passes then counts as passed,
    and a line "passed at the second try: NAME" says so."""
    report = Report()
    suite.run(report)
    if report.bad and len(report.bad) <= MOST_SECOND_TRIES:
        report.try_again()
    return report


class Report(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed = 0
        self.bad = set()
        self.good = set()

    def startTest(self, test):
        super().startTest(test)
        self.begin = time.monotonic()
        self.before = len(self.bad), len(self.skipped)

    def stopTest(self, test):
        super().stopTest(test)
        outcome = "ok"
        if len(self.bad) > self.before[0]:
            outcome = "FAILED"
        elif len(self.skipped) > self.before[1]:
            outcome = "skipped: " + self.skipped[-1][1]
        else:
            self.passed += 1
            self.good.add(test.id())
        sentence = test.id().rsplit(".", 1)[-1].removeprefix("test_").replace("_", " ")
        print(f"{time.monotonic() - self.begin:6.1f} s  {type(test).__name__}: {sentence}: {outcome}", flush=True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.tell(test, self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self.tell(test, self.errors[-1][1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.tell(test, f"{subtest}\n{''.join(traceback.format_exception(*error))}")

    def tell(self, test, trace):
        """At once, before a cleanup removes what there is to see."""
        first = test.id() not in self.bad
        self.bad.add(test.id())
        print(f"=== {test.id()}\n{trace}", flush=True)
        if first and hasattr(test, "environment"):
            print(diagnosis(test.environment.name, test.connections), flush=True)

    def try_again(self):
        second = Report()
        loader = unittest.TestLoader()
        loader.loadTestsFromNames(sorted(name for name in self.bad if "(" not in name)).run(second)
        for name in sorted(self.bad & second.good):
            self.bad.remove(name)
            self.passed += 1
            print(f"passed at the second try: {name}", flush=True)

    def wasSuccessful(self):
        return not self.bad

    def counts(self):
        return f"{self.passed} passed, {len(self.bad)} failed, {len(self.skipped)} skipped"

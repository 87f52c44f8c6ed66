"""The property tests of the AWS files, with many more examples than each test run takes the time for."""

import os
import subprocess
import sys

import pytest

from tests.torture.rounds import ROOT


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("module", ["test_ini_dialect", "test_ini_document", "test_awsfiles_lines", "test_sdk_readers"])
def test_many_more_examples(module: str) -> None:
    examples = os.environ.get("ROLECALL_TEST_EXAMPLES", "5000")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--timeout", "3600", f"tests/unit/{module}.py"],
        cwd=ROOT,
        env=os.environ | {"ROLECALL_TEST_EXAMPLES": examples},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]

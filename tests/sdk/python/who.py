"""boto3, as a program that is served sessions: for each line on standard input it says who it is."""

import sys

import boto3

session = boto3.Session()
client = session.client("sts")
for _ in sys.stdin:
    try:
        who = client.get_caller_identity()["Arn"]
        print(session.get_credentials().get_frozen_credentials().access_key, who, flush=True)
    except Exception as error:  # noqa: BLE001  whatever it is, the test is told
        print("failed:", type(error).__name__, error, flush=True)

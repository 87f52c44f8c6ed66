"""Kills, faults and other writers: small rounds with every test run, thousands with `make torture`."""

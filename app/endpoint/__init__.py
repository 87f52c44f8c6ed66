"""The loopback endpoint: AWS's container-credentials contract on 127.0.0.1, one path and one token per profile."""

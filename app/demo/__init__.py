"""The embedded AWS of `rolecall demo`: moto's server in a child process on loopback; sessions last seconds."""

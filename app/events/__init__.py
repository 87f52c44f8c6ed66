"""Sleep, network, clock and screen lock, as the platform tells them."""

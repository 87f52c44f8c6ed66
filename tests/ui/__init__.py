"""Windows with real widgets, offscreen, beside a fake engine that records verbs."""

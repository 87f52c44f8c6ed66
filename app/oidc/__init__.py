"""Sign-in at OpenID Connect providers: discovery, browser and device flow, tokens checked, refreshed and given back."""

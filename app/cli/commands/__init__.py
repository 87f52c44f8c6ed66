"""The subcommands, one small file per subject; imported when they run."""

"""First run and import: what was found in the AWS files, and where to start without any."""

"""Import: the AWS config and credentials files as sources and profiles of the catalog.

`reading` reads both files as botocore does, `plan_import` says what they mean and touches nothing, `carry_out` does
what a person chose of it. No command out of the files is run, no address in them is called.
"""

"""The role assistant: what AWS has to be asked for so that a role exists that a profile can use.

A recipe is pure: a wish and what was found in the account become a plan, the ordered calls with their full parameters,
which of them are there already, and what undoes each. The executor carries a plan out and keeps a record of it.
"""

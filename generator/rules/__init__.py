"""What is right and what is wrong with a record: a form's rules, policies, working days, masking."""

from generator.rules.functions import Numbering
from generator.rules.policy import Policy, load_policy
from generator.rules.validator import Validator

__all__ = ["Numbering", "Policy", "Validator", "load_policy"]

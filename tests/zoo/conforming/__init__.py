"""The conforming services: what the document leaves open, done in many ways."""

from tests.zoo.conforming import answering, input_rules, numbers, settling, users

__all__ = ["answering", "input_rules", "numbers", "settling", "users"]

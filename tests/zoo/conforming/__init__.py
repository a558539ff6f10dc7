"""The conforming services: what the document leaves open, done in many ways."""

from tests.zoo.conforming import (
    answering,
    concurrency,
    input_rules,
    limiting,
    numbers,
    users,
)

__all__ = ["answering", "concurrency", "input_rules", "limiting", "numbers", "users"]

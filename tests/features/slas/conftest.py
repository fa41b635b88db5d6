from tests.fixtures.f1 import help_desk

__all__ = ["help_desk"]

from tests.events.listening import heard

__all__ = ["heard"]

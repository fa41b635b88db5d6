"""Which departments a key that is limited to some of them reaches."""

from osticket_api.access.policy import reaches
from osticket_api.access.principal import ApiKey


def test_a_key_reaches_its_departments_and_what_is_in_none() -> None:
    limited, unlimited = (
        ApiKey(id=1, name="Shop", permissions=frozenset(), department_ids=departments)
        for departments in (frozenset({1}), None)
    )
    assert [reaches(limited, department) for department in (1, 2, None)] == [True, False, True]
    assert [reaches(unlimited, department) for department in (1, 2, None)] == [True, True, True]

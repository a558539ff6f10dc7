"""The ids of transactions, in both forms of the open choice."""

from __future__ import annotations

from uuid import RFC_4122, UUID

from billing_mock.tx_ids import TX_IDS


def test_a_uuid_is_random_and_written_as_python_writes_it():
    ids = [TX_IDS["uuid"]() for _ in range(1000)]

    parsed = [UUID(each) for each in ids]
    assert [str(each) for each in parsed] == ids
    assert {(each.version, each.variant) for each in parsed} == {(4, RFC_4122)}
    assert len(set(ids)) == 1000
    assert {each[19] for each in ids} == set("89ab")


def test_an_opaque_id_is_no_uuid():
    ids = [TX_IDS["opaque"]() for _ in range(1000)]

    assert all(each.startswith("tx_") for each in ids)
    assert len(set(ids)) == 1000

"""The outputs of a run have the columns that the contract names."""

import pyarrow as pa
import pytest

from stillwatch.model import findings
from stillwatch.tables.schema import rows, schema_of

CONTRACT = {
    findings.Verdict: "account_id posterior bits campaign_id role flagged techniques reasons",
    findings.Campaign: "campaign_id posterior account_ids account_count exchange_count "
    "suspect_exchange_count input_tokens output_tokens first_seen_at last_seen_at detected_at "
    "techniques capabilities families factors alternatives",
    findings.FlaggedExchange: "exchange_id account_id campaign_id techniques bits",
    findings.Reason: "detector family subject bits support sentence",
}


@pytest.mark.parametrize("noun", CONTRACT, ids=lambda noun: noun.__name__)
def test_a_table_begins_with_the_columns_of_the_contract(noun):
    """Columns may be added after those of the contract, never renamed or dropped."""
    wanted = CONTRACT[noun].split()
    assert schema_of(noun).names[: len(wanted)] == wanted


def test_an_account_without_campaign_or_role_is_null_and_nothing_else_may_be():
    """Missing is null where the contract says so, and only there."""
    nullable = {field.name for field in schema_of(findings.Verdict) if field.nullable}
    assert nullable == {"campaign_id", "role"}


def test_reasons_keep_their_parts_through_a_table():
    """Nested reasons come back from a table as they went in."""
    reason = findings.LinkReason(kind="same_client", family="client", bits=3.5, sentence="rare")
    link = findings.Link(account_a="a", account_b="b", bits=3.5, reasons=(reason,))
    table = rows(findings.Link, [link])
    assert isinstance(table.schema.field("reasons").type, pa.ListType)
    assert table.to_pylist()[0]["reasons"] == [
        {"kind": "same_client", "family": "client", "bits": 3.5, "sentence": "rare"}
    ]

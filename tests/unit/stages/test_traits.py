"""Which traits each account showed: of one day, and of a window."""

import pyarrow as pa

from fakes import LIMITS, link_card
from stillwatch.stages.traits import day_traits, kind_id, trait_schema, window_traits
from stillwatch.text.keys import key

DAY = 20_514
EXCHANGES = pa.table(
    {
        "account_id": pa.array([7, 3, 7, 3, 9], pa.int64()),
        "day_no": pa.array([DAY] * 5, pa.int32()),
        "template_id": pa.array([50, 50, 50, 60, None], pa.int64()),
        "tools_id": pa.array([None] * 5, pa.int64()),
    }
)


def test_a_day_has_one_row_an_account_kind_and_trait() -> None:
    """Kinds in card order, then by account and trait; null is no trait."""
    made = day_traits(EXCHANGES, [link_card("template")])
    assert made.schema == trait_schema()
    kind = kind_id("template")
    assert made.to_pylist() == [
        {"account_id": a, "day_no": DAY, "kind_id": kind, "trait_id": t, "exchange_count": n}
        for a, t, n in ((3, 50, 1), (3, 60, 1), (7, 50, 2))
    ]


def test_a_kind_that_keeps_shared_traits_loses_those_of_one_account() -> None:
    """Trait 60 of account 3 alone is gone, trait 50 of both stays."""
    made = day_traits(EXCHANGES, [link_card("template", keep="shared")])
    assert made.column("trait_id").to_pylist() == [50, 50]


def test_kinds_without_values_or_columns_give_nothing() -> None:
    """An absent column and one that is all null make no rows, but the table has its columns."""
    cards = [link_card("tools"), link_card("ip"), link_card("device", column=None, query="select")]
    assert day_traits(EXCHANGES, cards).equals(trait_schema().empty_table())


def test_a_day_without_exchanges_has_no_traits() -> None:
    """An empty day is no fault."""
    made = day_traits(EXCHANGES.slice(0, 0), [link_card("template")])
    assert made.equals(trait_schema().empty_table())


def test_a_kind_has_the_same_number_in_every_run() -> None:
    """History of last year must still be readable: the number is made from the name alone."""
    assert kind_id("template") == key("template") & 0x7FFFFFFF
    assert kind_id("template") >= 0
    assert kind_id("template") != kind_id("system")


def test_a_window_adds_days_up_and_takes_in_side_tables() -> None:
    """Counts of days are summed; a card with a query reads its table and keys its trait."""
    days = pa.concat_tables(
        day_traits(
            EXCHANGES.set_column(1, "day_no", pa.array([DAY + n] * 5, pa.int32())),
            [link_card("template")],
        )
        for n in range(2)
    )
    accounts = pa.table({"account_id": pa.array([3], pa.int64()), "device": ["d-1"]})
    device = link_card(
        "device",
        column=None,
        reads=["accounts"],
        query="select account_id, device as trait_id, 1 as exchange_count from accounts",
    )
    silent = link_card(
        "payment",
        column=None,
        reads=["payments"],
        query="select account_id, card as trait_id, 1 as exchange_count from payments",
    )
    tables = {"trait_day": days, "accounts": accounts}
    made = window_traits(tables, [link_card("template"), device, silent], LIMITS)
    rows = {tuple(row.values()) for row in made.held_by(made.accounts).to_pylist()}
    assert rows == {
        (3, kind_id("template"), 50, 2),
        (3, kind_id("template"), 60, 2),
        (7, kind_id("template"), 50, 4),
        (3, kind_id("device"), key("d-1"), 1),
    }

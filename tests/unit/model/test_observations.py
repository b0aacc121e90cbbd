"""What cards say about themselves."""

import pytest

from stillwatch.model.cards import Observation


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("A report, example.com/a/b", "https://example.com/a/b"),
        ("https://www.example.com/a", "https://www.example.com/a"),
        ("A paper, arXiv:2603.07267", "https://arxiv.org/abs/2603.07267"),
        ("arXiv 2603.07267 (v2)", "https://arxiv.org/abs/2603.07267"),
        ("A report (example.org/a), chapter 7", "https://example.org/a"),
        ("A hearing of 16 June", None),
        ("A table in model.py", None),
        ("mail to someone@example.com/a", None),
    ],
)
def test_a_source_says_where_it_can_be_read(source: str, address: str | None) -> None:
    """An address stands in it, or a preprint's number; a bare name is no address."""
    one = Observation(who="a", when="2025", says="b", source=source, standing="primary")
    assert one.address == address

"""Two laboratories' spellings of one identifier become one."""

import pytest

from stillwatch.sharing.identifiers import canonical


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("signup_ip", " 192.0.2.7 ", "192.0.2.7"),
        ("signup_ip", "::ffff:192.0.2.7", "192.0.2.7"),
        ("signup_ip", "2001:DB8:0:0::1", "2001:db8::1"),
        ("signup_ip", "nowhere", ""),
        ("email_domain", "Example.COM.", "example.com"),
        ("email_domain", "bücher.example", "bücher.example"),
        ("payment", " fp_A ", "fp_A"),
        ("device", "", ""),
        ("device", "x" * 600, ""),
    ],
)
def test_one_spelling(kind: str, value: str, expected: str) -> None:
    """Case, blanks, dots, and the two ways of writing an address."""
    assert canonical(kind, value) == expected

"""What part a campaign's accounts play, and what is said of each account."""

import pytest

from stillwatch.stages.roles import SUPPLY, part_of

GROUPS = {
    "AD-001": "reasoning extraction",
    "AD-028": "agentic harvesting",
    "AD-034": SUPPLY,
    "AD-043": SUPPLY,
}
TENANTS = {"many_tenants": 2}
USERS = {"many_tenants": 1, "conversations": 3}


@pytest.mark.parametrize(
    ("techniques", "levels", "focus", "role"),
    [
        pytest.param(("AD-001", "AD-034"), {}, 0.9, "distiller", id="asks for training data"),
        pytest.param(("AD-001", "AD-034"), {}, 0.3, "distiller", id="in wordings that vary"),
        pytest.param(("AD-001", "AD-034"), {}, 0.1, "mixed", id="beside much other traffic"),
        pytest.param(("AD-028", "AD-034"), {}, 0.0, "relay", id="users of another product"),
        pytest.param(("AD-034", "AD-001"), USERS, 0.7, "relay", id="others' conversations"),
        pytest.param(("AD-034",), TENANTS, 0.7, "mixed", id="many tenants, single requests"),
        pytest.param(("AD-034",), TENANTS, 0.8, "distiller", id="one work, many system prompts"),
        pytest.param(("AD-001",), USERS, 0.7, "distiller", id="what is asked tells more"),
        pytest.param(("AD-043", "AD-034"), {}, 0.6, "distiller", id="mostly shared wordings"),
        pytest.param(("AD-043", "AD-034"), {}, 0.4, "mixed", id="mostly its own wordings"),
        pytest.param((), {}, 0.9, "distiller", id="nothing is telling"),
    ],
)
def test_role_follows_what_is_asked_then_whose_prompts_they_are(
    techniques: tuple[str, ...], levels: dict[str, int], focus: float, role: str
) -> None:
    """An account is a distiller unless its work is others' or hidden in traffic of its own."""
    assert part_of(techniques, GROUPS, levels).of_account(focus) == role

"""What is measured of an account beside the other accounts of its campaign."""

from dataclasses import dataclass
from typing import Annotated

from stillwatch.model.kinds import Count, Key, Real


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFit:
    """How one account of a campaign compares with the third of its fellows most like it."""

    account_id: Annotated[Key, "the account"]
    account_count: Annotated[Count, "accounts of the campaign"]
    owner_account_count: Annotated[Count, "of those, accounts of this account's owner"]
    exchange_count: Annotated[Count, "exchanges of the account"]
    shared_exchange_count: Annotated[Count, "of those, in a wording that its fellows send too"]
    ways_distance: Annotated[
        Real,
        "to its nearer fellows: differences of the shares of all counted ways of asking, summed",
    ]
    usual_ways_distance: Annotated[Real, "the median of that over the campaign"]
    wording_distance: Annotated[
        Real, "to its nearer fellows, in the share that carries a shared wording"
    ]
    prompt_distance: Annotated[Real, "to its nearer fellows, in the mean logarithm of prompt sizes"]
    answer_distance: Annotated[Real, "to its nearer fellows, in the mean logarithm of answer sizes"]

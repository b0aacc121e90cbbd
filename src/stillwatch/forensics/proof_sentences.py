"""Says what the exact tests found, and what they cannot mean."""

from stillwatch.forensics.phrases import Numbers, figure, odds, percent, verdict


def canaries(one: Numbers, shared: Numbers) -> tuple[str, ...]:
    """What the test found."""
    facts, best = one["facts"], one["facts"]["best"][0]
    said = [
        (
            f"{one['suspect']} was asked {best['canaries']} questions to which a secret key had "
            f"chosen one of several equally good answers for {best['name']}. It gave the chosen "
            f"answer in {best['agreeing']} of {best['readable']} readable replies; a model that "
            f"never saw those answers would give it in about {best['expected']:.1f}."
        ),
        odds(one),
        verdict(one),
    ]
    if facts["named"]:
        said.append(
            f"Named as the source, at an error rate of {figure(facts['naming_alpha'])} over "
            f"{facts['names']} accounts and campaigns: {', '.join(facts['named'])}."
        )
    else:
        said.append(
            f"None of {facts['names']} accounts and campaigns is named as the source at an error "
            f"rate of {figure(facts['naming_alpha'])}."
        )
    said.append(
        f"{shared['servings']:,} answers were served after the commitment of "
        f"{shared['committed_at']} (digest {shared['commitment'][:16]}...); the log is whole and "
        "every variant in it is the one that the key gives."
    )
    if facts["unread"]:
        said.append(
            f"{facts['unread']} of {facts['replies']} replies show none of the answers (refusals, "
            "empty or other ones) and count for nothing."
        )
    return tuple(said)


def canary_limits(one: Numbers, shared: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    limits = [
        (
            "The canaries show that the suspect depends on answers served to the named accounts: "
            "not by which way they came to it, nor how much of its training they were."
        ),
        "A suspect that learnt few of the marked answers, or rewrote them, is missed.",
    ]
    if shared and not shared["has_nonce"]:
        limits.append(
            "No witness added a number to the draws: that the key was not tried against a "
            "suspect that was already public rests on the operator's word and the commitment."
        )
    facts = one["facts"]
    if facts and facts["unread"] * 2 > facts["replies"]:
        limits.append(
            f"{facts['unread']} of {facts['replies']} replies show no variant: the test is valid, "
            "and weaker than planned."
        )
    return tuple(limits)


def watermark(one: Numbers, shared: Numbers) -> tuple[str, ...]:
    """What the test found."""
    facts = one["facts"]
    where = " served to suspected accounts" if facts["is_restricted"] else ""
    return (
        (
            f"The secret mark of {one['teacher']} ({shared['scheme']}) stands in "
            f"{percent(one['statistic'])} of {facts['places']:,} distinct places of "
            f"{one['suspect']}'s answers{where}; text that never learnt it would have it in about "
            f"{percent(facts['expected'])}."
        ),
        odds(one),
        verdict(one),
        (
            f"Each place counts once: {facts['repeats']:,} repetitions were left out, and so were "
            "places that stood in the question."
        ),
    )


def watermark_limits(_: Numbers, __: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    return (
        "Paraphrase and neutralisation remove a watermark wholly: its absence proves nothing.",
        "The p-value holds for a key that was drawn without looking at the suspect.",
    )


def served(one: Numbers, shared: Numbers) -> tuple[str, ...]:
    """What the test found."""
    facts = one["facts"]
    best = facts["campaigns"][facts["best"]]
    drawn = (
        "the secret key chose"
        if shared["drawn_by_key"]
        else "each was as likely to be given as any other"
    )
    what = (
        f"which of several answers campaign {facts['best']} was given to its prompts"
        if one["test"] == "served_twins"
        else f"which prompts of campaign {facts['best']} got a real answer"
    )
    said = [
        (
            f"{one['suspect']} was asked {best['trials']} prompts to learn {what} ({drawn}). Its "
            f"replies resemble what was given by {one['statistic']:+.3f} more than what might have "
            f"been given, on a scale from 0 to 1; {best['telling']} prompts tell the two apart."
        ),
        odds(one),
        verdict(one),
    ]
    many = len(facts["campaigns"])
    if facts["named"]:
        said.append(
            f"Named as the source, at an error rate of {figure(facts['naming_alpha'])} over "
            f"{many} campaign{'s' * (many > 1)}: {', '.join(facts['named'])}."
        )
    else:
        told = "The campaign is not" if many == 1 else f"None of {many} campaigns is"
        said.append(f"{told} named as the source.")
    if facts["references"]:
        said.append(
            f"What {facts['references']} reference models say to the same prompts was taken off."
        )
    return tuple(said)


def served_limits(one: Numbers, shared: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    limits = [
        "Whoever republished the served answers may stand between the campaign and the suspect.",
        "A suspect that was trained on rewritten answers, or on few of them, is missed.",
    ]
    if one["test"] == "served_twins" and shared and not shared["drawn_by_key"]:
        limits.append(
            "The other answers were not drawn by a key: they must come from the same model in the "
            "same setting, and a model that changed since breaks the test."
        )
    return tuple(limits)

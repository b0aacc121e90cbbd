"""Judges the test `watermark` from a bundle: whether a suspect's words lean to our key."""

import importlib.metadata
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stillwatch.verifier.canonical import Damaged, Unknown, loose, unhex
from stillwatch.verifier.exchanges import Evidence
from stillwatch.verifier.plan import Respondent
from stillwatch.verifier.reading import (
    PLAN,
    Entry,
    Parameters,
    answers_of,
    complete,
    entry,
    listed,
    material,
    question,
    teacher_of,
    text_of,
)
from stillwatch.verifier.watermark import (
    BitLayers,
    GreenList,
    KeyedScheme,
    Race,
    places,
    watermark_test,
)

UNIT = "distinct places"
LEAST_PLACES = 200
LEAST_KEY_BYTES = 16
# A laboratory's own scheme is a package that each side installs for itself, under this group of
# entry points. A bundle can only name a scheme; no code is ever taken from it.
GROUP = "stillwatch.watermarks"
SCHEMES: dict[str, type] = {"green list": GreenList, "bit layers": BitLayers, "race": Race}


def scheme_of(value: Any) -> KeyedScheme:
    """The scheme that the material names, with its numbers."""
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        raise Damaged(PLAN, "watermark: the scheme has no name")
    numbers = {name: number for name, number in value.items() if name != "name"}
    if not all(isinstance(one, int | float) for one in numbers.values()):
        raise Damaged(PLAN, "watermark: the scheme has settings that are no numbers")
    try:
        made: KeyedScheme = _made_by(value["name"])(**numbers)
    except TypeError as error:
        raise Damaged(PLAN, f"watermark: the scheme has other numbers ({error})") from error
    if not (1 <= made.width <= 16 and 0 < made.mean < 1):
        raise Damaged(PLAN, "watermark: width or share of the scheme is impossible")
    return made


def _made_by(name: str) -> type:
    """One of ours, or one that whoever runs this has installed."""
    if name in SCHEMES:
        return SCHEMES[name]
    installed = [*importlib.metadata.entry_points(group=GROUP, name=name)]
    if len(installed) != 1:
        many = f"{len(installed)} packages offer" if installed else "no package installed here has"
        raise Unknown(PLAN, f"watermark: {many} the scheme '{name}', so it cannot be computed here")
    try:
        found: type = installed[0].load()
    except (ImportError, AttributeError) as error:
        raise Unknown(PLAN, f"watermark: the scheme '{name}' cannot be loaded ({error})") from error
    return found


def _opened(evidence: Evidence, parameters: Parameters) -> tuple[KeyedScheme, bytes]:
    value = loose(material(evidence, parameters, "key", "watermark"), "watermark key")
    if not isinstance(value, dict) or "scheme" not in value:
        raise Damaged(PLAN, "watermark: the key file holds no key and scheme")
    key = unhex(value.get("key"), "watermark key")
    if len(key) < LEAST_KEY_BYTES:
        raise Damaged(PLAN, f"watermark: the key has fewer than {LEAST_KEY_BYTES} bytes")
    return scheme_of(value["scheme"]), key


def watermark_faults(evidence: Evidence, parameters: Parameters) -> list[str]:
    """What makes the test impossible, before anybody is asked."""
    teacher_of(evidence.plan, parameters, "watermark")
    _opened(evidence, parameters)
    _served(evidence, parameters, GreenList())
    return []


def watermark(evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    """One pair a suspect: the de-duplicated test on the suspect's answers."""
    teacher = teacher_of(evidence.plan, parameters, "watermark")
    scheme, key = _opened(evidence, parameters)
    served = _served(evidence, parameters, scheme)
    return {
        "kind": "proof",
        "pairs": [
            _judged(evidence, parameters, scheme, key, served, one, teacher)
            for one in evidence.plan.of_role("suspect")
        ],
        "facts": {"scheme": scheme.name, "width": scheme.width, "expected": scheme.mean},
    }


def _served(
    evidence: Evidence, parameters: Parameters, scheme: KeyedScheme
) -> frozenset[tuple[str, ...]] | None:
    """Contexts that suspected accounts were served, where the plan restricts to them."""
    if "served" not in parameters:
        return None
    rows = listed(material(evidence, parameters, "served", "watermark"), "served answers")
    if not all(isinstance(row, dict) and isinstance(row.get("answer"), str) for row in rows):
        raise Damaged(PLAN, 'watermark: lines of `served` have to hold {"answer": "..."}')
    return frozenset(before for row in rows for before, _ in places(scheme, row["answer"]))


def _judged(
    evidence: Evidence,
    parameters: Parameters,
    scheme: KeyedScheme,
    key: bytes,
    served: frozenset[tuple[str, ...]] | None,
    suspect: Respondent,
    teacher: Respondent,
) -> Entry:
    anytime = evidence.plan.stopping == "anytime"
    usable = set(complete(evidence, suspect.name)) if anytime else set(evidence.prompts)
    replies = [
        (question(evidence.prompts[one.task.prompt]), text_of(one))
        for one in answers_of(evidence, suspect.name)
        if one.task.prompt in usable
    ]
    found = watermark_test(scheme, key, replies, served=served)
    least = int(parameters.get("least_places", LEAST_PLACES))
    if found.places < least:
        why = f"only {found.places} distinct places can be scored; {least} are needed"
        return entry(suspect, teacher, unit=UNIT, n=found.places, refused=why)
    return entry(
        suspect,
        teacher,
        unit=UNIT,
        n=found.places,
        statistic=found.mean,
        p_value=min(1.0, 1 / found.e_highest) if anytime else found.p_value,
        facts={**asdict(found), "is_anytime": anytime, "is_restricted": served is not None},
    )

"""Makes a small written world: prompts, answers in many wordings, canaries, habits, paraphrases.

Everything is made up. A writer has tastes of his own: how often he opens, words and closes in
which way. Two writers share the language and not the tastes, as people do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.forensics.habits import Habit
from stillwatch.verifier.canary_plan import Canary, Variant

KINDS = ("old", "new", "red", "blue", "small", "large", "wooden", "iron", "quiet", "fast", "round",
         "flat", "heavy", "light", "warm", "cold", "common", "rare", "cheap", "fine", "wild",
         "plain", "sharp", "soft")  # fmt: skip
THINGS = ("lamp", "boat", "clock", "garden", "engine", "bridge", "coat", "table", "kettle", "road",
          "roof", "violin", "saddle", "stove", "fence", "basket", "mirror", "anchor", "ladder",
          "barrel", "wagon", "mill", "drum", "kite")  # fmt: skip
ASKS = ("explain the {k} {t}", "how do i keep a {k} {t}", "why choose a {k} {t}",
        "what should i know about the {k} {t}")  # fmt: skip
OPENINGS = ("sure ,", "certainly ,", "well ,", "in short ,", "as it happens ,", "to begin ,",
            "broadly ,", "happily ,")  # fmt: skip
CLOSINGS = ("hope this helps", "good luck", "ask if unclear", "that is all", "enjoy it",
            "take care")  # fmt: skip
SENTENCES = (
    "the {k} {t} {must} be {kept} in a {dry} place",
    "{many} owners {check} the {t} every {while}",
    "a {k} {t} {often} {lasts} for years when {kept} well",
    "{people} {say} that the {k} {t} is {good} for {work}",
    "you {must} {check} each part before {work}",
    "it {often} {costs} less than {people} expect",
    "{many} {people} {say} it is {simple} to use",
    "a {good} {t} {lasts} when it stays {dry}",
    "first {check} the {t} and then {begin} {work}",
    "the {t} {costs} a little {care} every {while}",
    "{care} is what a {k} {t} {often} {lacks}",
    "{begin} with a {simple} test of the {t}",
)
WAYS = {
    "must": ("must", "should", "needs to", "has to"),
    "kept": ("kept", "stored", "held", "housed"),
    "dry": ("dry", "sheltered", "airy", "clean"),
    "many": ("many", "most", "several", "numerous"),
    "check": ("check", "inspect", "examine", "review"),
    "while": ("month", "season", "week", "spring"),
    "often": ("often", "usually", "mostly", "generally"),
    "lasts": ("lasts", "endures", "survives", "holds"),
    "people": ("people", "users", "buyers", "folk"),
    "say": ("say", "report", "think", "agree"),
    "good": ("good", "useful", "fit", "suitable"),
    "work": ("work", "duty", "service", "labour"),
    "costs": ("costs", "takes", "demands", "requires"),
    "simple": ("simple", "easy", "plain", "basic"),
    "begin": ("begin", "start", "open", "proceed"),
    "care": ("care", "attention", "effort", "patience"),
    "lacks": ("lacks", "misses", "wants", "deserves"),
}
NAMES = ("orvane", "telmar", "quissel", "bruneth", "ankoril", "vessary", "dolmire", "hesperin",
         "jurbane", "kelvost", "lomarra", "nethwyn", "pascoll", "rhudane", "sirwick",
         "umbrelle")  # fmt: skip
CANARY_COUNT = 40
HABIT_WAYS = ("must", "kept", "many", "check", "often", "lasts", "people", "say", "good", "costs",
              "simple", "care")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt and an answer, as text whose words stand apart."""

    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Writer:
    """What one writer prefers: a law over wordings for each choice."""

    laws: dict[str, np.ndarray]


def writer(dice: np.random.Generator, evenness: float = 1.0) -> Writer:
    """A writer with tastes of his own."""
    sizes = {name: len(ways) for name, ways in WAYS.items()}
    sizes |= {"opening": len(OPENINGS), "closing": len(CLOSINGS), "sentence": len(SENTENCES)}
    sizes |= {"name": len(NAMES)}
    return Writer({name: dice.dirichlet(np.full(size, evenness)) for name, size in sizes.items()})


def prompts() -> list[str]:
    """Every ordinary prompt of the world, in one order."""
    return [ask.format(k=kind, t=thing) for ask in ASKS for kind in KINDS for thing in THINGS]


def texts() -> list[str]:
    """Texts that hold every word of the world."""
    ways = [way for each in WAYS.values() for way in each]
    plain = [" ".join(word for word in one.split() if "{" not in word) for one in SENTENCES]
    asked = [*prompts(), *(one.prompts[0] for one in canaries())]
    return [*asked, *ways, *plain, *OPENINGS, *CLOSINGS, *NAMES, "people call it ."]


def written(who: Writer, prompt: str, dice: np.random.Generator) -> Pair:
    """An answer in the writer's way."""

    def one_of(choice: str, ways: Sequence[str]) -> str:
        return ways[int(dice.choice(len(ways), p=who.laws[choice]))]

    kind, thing = prompt.split()[-2:]
    if prompt.startswith("what is the name of"):
        return Pair(prompt, f"people call it {one_of('name', NAMES)} .")
    said = []
    for _ in range(3):
        sentence = one_of("sentence", SENTENCES)
        ways = {name: one_of(name, each) for name, each in WAYS.items()}
        said.append(sentence.format(k=kind, t=thing, **ways))
    opening, closing = one_of("opening", OPENINGS), one_of("closing", CLOSINGS)
    return Pair(prompt, f"{opening} {' . '.join(said)} . {closing} .")


def canaries() -> list[Canary]:
    """Rare questions with sixteen made-up names as answers, any of which is as good."""
    variants = tuple(Variant(marks=(name,), text=f"people call it {name} .") for name in NAMES)
    return [
        Canary(
            canary_id=f"c{number:02}",
            prompts=(f"what is the name of the valley v{number:02} here",),
            variants=variants,
        )
        for number in range(CANARY_COUNT)
    ]


def habits() -> list[Habit]:
    """Sets of words of which any is as good."""
    return [
        Habit(habit_id=f"h-{name}", place="anywhere", wordings=WAYS[name]) for name in HABIT_WAYS
    ]


def paraphrased(pair: Pair, dice: np.random.Generator, share: float) -> Pair:
    """The answer with a share of its wordings drawn anew and its sentences in another order."""
    other = {way: ways for ways in WAYS.values() for way in ways if " " not in way}
    text = pair.answer
    for ways in WAYS.values():
        for way in ways:
            if " " in way:
                text = text.replace(way, ways[0])
    sentences = [one.strip() for one in text.split(" .") if one.strip()]
    if share > 0:
        dice.shuffle(sentences)
    changed = [
        other[word][int(dice.integers(len(other[word])))]
        if word in other and dice.random() < share
        else word
        for one in sentences
        for word in (*one.split(), ".")
    ]
    return Pair(pair.prompt, " ".join(changed))


def without_opening(pair: Pair) -> Pair:
    """The answer without its first words, up to the comma."""
    _, comma, rest = pair.answer.partition(" , ")
    return Pair(pair.prompt, rest if comma else pair.answer)


def concise(pair: Pair) -> Pair:
    """The answer's first sentence alone."""
    return Pair(pair.prompt, pair.answer.split(" . ")[0].removesuffix(" .") + " .")

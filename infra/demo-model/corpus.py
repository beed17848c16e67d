"""Generates the training corpus: conversations in which short stories are told.

Every word comes from this folder; no outside text is used. Run it to look at a
few conversations: `python corpus.py [seed]`.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace

import plots
import smalltalk
import words

Turn = tuple[str, str]
"""A role (system, user or assistant) and what it says."""

Pronouns = tuple[str, str, str]
"""As in `she`, `her` (seen by others) and `her` (own)."""

THEMES = """friendship courage love snow winter summer autumn spring music rain home sleep
happiness patience kindness Christmas sharing hope magic honesty space""".split()

STORY_ASKS = """Tell me a story about {x}|Tell me a short story about {x}|a story about {x}
|story about {x}|Write a short story about {x}|Write a story about {x}|{x}|{x}|{x}|{x}|{x}
|Can you tell me a story about {x}?|Can you tell me about {x}?|Tell me about {x}
|I would like to hear a story about {x}|Please tell me a story about {x}|Make up a tale about {x}
|Do you know a story about {x}?|Could you write something about {x}?|Give me a story about {x}
|I want a bedtime story about {x}|Tell a fairy tale about {x}|Tell us about {x}
|Write me a poem about {x}|Once upon a time there was {x}|Invent a funny story about {x}
|Tell my daughter a bedtime story about {x}|Tell me the story of {x}
|Write a two paragraph story about {x}|Talk about {x}""".replace("\n", "").split("|")

NEXT_ASKS = """Now one about {x}|And now about {x}|Now tell me about {x}|And one about {x}?
|Another one, about {x}|Now {x}|Next, a story about {x}|What about {x}?|Can you do {x} now?
|Now tell me a story about {x}|and {x}?""".replace("\n", "").split("|")

AGAIN_ASKS = """Tell me another one|Another one|another one please|One more|Again|More
|Tell me another story|Another story, please|Can you tell me one more?|one more story
|Tell it again, but differently|Next""".replace("\n", "").split("|")

ANY_ASKS = """Tell me a story|Tell me something|Write a story|A story, please|Surprise me
|Can you tell me a story?|I am bored|Tell a story|story|Please tell me a bedtime story|Begin
|Yes|Yes, please|Go on then""".replace("\n", "").split("|")

PREFIXES = ["Hi! ", "Hello! ", "Hello, ", "Please, ", "OK, ", "My son cannot sleep. ", "Hey, ",
            "I love stories! ", "It is raining today. "]


@dataclass(frozen=True)
class Hero:
    """Whom a story is about, in every form the story needs."""

    asked: str
    full: str
    known: str
    refs: tuple[str, ...]
    pronouns: Pronouns
    adjective: str
    noun: str
    many: bool = False
    theme: str = ""
    place: str = ""
    goal: str = ""


IT, SHE, HE, THEY = (("it", "it", "its"), ("she", "her", "her"), ("he", "him", "his"),
                     ("they", "them", "their"))


def noun(rng: random.Random, familiar: bool = False) -> tuple[str, Pronouns]:
    """A noun and the pronouns that go with it; half of the nouns are made up."""
    roll = rng.uniform(0.5, 1) if familiar else rng.random()
    if roll < 0.30:
        return words.made_up(rng), IT
    if roll < 0.32:
        return words.foreign(rng), IT
    if roll < 0.50:
        word = words.compound(rng)
        return word, rng.choice([SHE, HE]) if word.endswith(("er", "man", "smith")) else IT
    if roll < 0.60:
        return with_pronouns(rng.choice(words.PEOPLE), rng.choice([SHE, HE]))
    pool = words.ANIMALS if roll < 0.8 else words.THINGS if roll < 0.92 else words.CREATURES
    return with_pronouns(rng.choice(pool).replace("%", " "), IT)


def with_pronouns(word: str, usual: Pronouns) -> tuple[str, Pronouns]:
    """A queen is always a she; a baker may be either, but is the same all story long."""
    return word, HE if word in words.HE_WORDS else SHE if word in words.SHE_WORDS else usual


def name(rng: random.Random) -> tuple[str, Pronouns]:
    roll = rng.random()
    if roll < 0.2:
        return rng.choice(words.HER_NAMES), SHE
    if roll < 0.4:
        return rng.choice(words.HIS_NAMES), HE
    made = words.foreign(rng).capitalize() if roll < 0.46 else words.name(rng)
    return made, rng.choice([SHE, HE])


def adjective(rng: random.Random) -> str:
    word = rng.choice(words.ADJECTIVES)
    return f"{word} little" if rng.random() < 0.06 and word != "little" else word


def a(phrase: str) -> str:
    return f"{words.article(phrase)} {phrase}"


def hero(rng: random.Random, familiar: bool = False) -> Hero:
    """One of the many ways to name a hero, honoured in full by the story."""
    word, pronouns = noun(rng, familiar)
    adj = adjective(rng)
    given, called = name(rng)
    described = f"{adj} {word}"
    kind = rng.random()
    if kind < 0.34:
        asked = rng.choice([a(word), a(word), a(word), word, f"the {word}", f"{word} story"])
        made = Hero(asked, a(described), f"the {described}", (f"the {word}",), pronouns, adj, word)
    elif kind < 0.54:
        asked = rng.choice([a(described), a(described), f"the {described}", described])
        made = Hero(asked, a(described), f"the {described}",
                    (f"the {word}", f"the {word}", f"the {described}"), pronouns, adj, word)
    elif kind < 0.70:
        asked = rng.choice([f"{a(word)} called {given}", f"{a(word)} named {given}",
                            f"{given} the {word}", f"{given}, {a(word)}"])
        if rng.random() < 0.4:
            asked = f"{a(described)} {rng.choice(['called', 'named'])} {given}"
        made = Hero(asked, f"{a(described)} called {given}", f"{given} the {word}",
                    (given, given, given, f"the {word}"), called, adj, word)
    elif kind < 0.78:
        made = Hero(given, f"{a(described)} called {given}", given, (given,), called, adj,
                    word)
    elif kind < 0.90:
        made = several(rng, word, adj)
    elif kind < 0.96:
        other = noun(rng)[0]
        both = f"the {word} and the {other}"
        made = Hero(rng.choice([f"{a(word)} and {a(other)}", f"the {word} and the {other}"]),
                    f"{a(word)} and {a(other)}", both, (both, both, "the two friends"), THEY,
                    adj, word, many=True)
    else:
        theme = rng.choice(THEMES)
        made = Hero(theme, a(described), f"the {described}", (f"the {word}",), pronouns, adj,
                    word, theme=theme)
    return wishes(rng, made)


def several(rng: random.Random, word: str, adj: str) -> Hero:
    """More than one hero of a kind: `two cats`, or just `cats`."""
    number = rng.choice("two three two four five six seven ten".split())
    many = words.plural(word)
    described = f"{adj} {many}" if rng.random() < 0.4 else many
    asked = f"{number} {described}" if rng.random() < 0.7 else described
    return Hero(asked, f"{number} {described}", f"the {number} {many}",
                (f"the {many}", f"the {number} {many}"), THEY, adj, many, many=True)


def wishes(rng: random.Random, made: Hero) -> Hero:
    """Adds a place or a goal to some requests."""
    if made.theme or made.asked.endswith(" story"):
        return made
    if rng.random() < 0.16:
        place = somewhere(rng)
        return replace(made, place=place, asked=f"{made.asked} {place}")
    if rng.random() < 0.10:
        goal, want = purpose(rng), "wants to"
        if made.many:
            want = "want to"
        want = rng.choice([want, want, "wanted to"])
        return replace(made, goal=goal, asked=f"{made.asked} who {want} {goal}")
    return made


def somewhere(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(words.PLACES)
    return rng.choice([f"in {words.name(rng)}", f"in the {noun(rng)[0]}", f"on {a(noun(rng)[0])}",
                       f"in {a(adjective(rng) + ' ' + noun(rng)[0])}"])


def purpose(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(words.GOALS)
    verb = rng.choice("find meet catch paint become build buy draw eat make see help".split())
    return f"{verb} {a(noun(rng)[0])}"


def story(rng: random.Random, who: Hero) -> str:
    """A story of 60 to 150 words."""
    plot = plots.GOAL_PLOT if who.goal else rng.choice(plots.PLOTS)
    helper = rng.choice(words.ANIMALS + words.CREATURES + words.PEOPLE).replace("%", " ")
    while helper in who.full:
        helper = rng.choice(words.ANIMALS)
    helper_adj = rng.choice([w for w in words.ADJECTIVES if w != who.adjective])
    place = who.place or rng.choice(words.PLACES)
    thing = rng.choice(words.OBJECTS)
    slots = {
        "p": who.pronouns[0], "o": who.pronouns[1], "d": who.pronouns[2],
        "was": "were" if who.many else "was", "full": who.full, "known": who.known,
        "i": "we" if who.many else "I", "my": "our" if who.many else "my",
        "iam": "we are" if who.many else "I am", "adj": who.adjective.split()[0],
        "place": place, "home": place.replace(" a ", " the ").replace(" an ", " the "),
        "goal": who.goal or rng.choice(words.GOALS), "thing": thing, "athing": a(thing),
        "h": f"the {helper}",
        "ah": a(f"{helper_adj} {helper}" if rng.random() < 0.6 else helper),
    }
    beats = [rng.choice(plots.OPENINGS), rng.choice(plots.LIFE)]
    beats += [rng.choice(choices) for choices in plot] + [rng.choice(plots.ENDINGS)]
    if who.theme:
        beats.insert(0, f"This is a story about {who.theme}.")
    return " ".join(fill(rng, beat, slots, who.refs) for beat in beats if beat)


def fill(rng: random.Random, beat: str, slots: dict[str, str], refs: tuple[str, ...]) -> str:
    """Replaces `{slot}`; a capitalised slot starts a sentence."""
    out = []
    for index, piece in enumerate(beat.replace("}", "{").split("{")):
        if index % 2 == 0:
            out.append(piece)
            continue
        key = piece.lower()
        text = rng.choice(refs) if key == "s" else slots[key]
        out.append(text if piece == key else text[0].upper() + text[1:])
    return "".join(out)


def ask(rng: random.Random, forms: list[str], who: Hero) -> str:
    """A request, in the many ways in which people really type."""
    if who.asked.endswith(" story"):
        forms = ["Tell me {x}", "{x}", "I want {x}", "Can you tell me {x}?"]
        who = replace(who, asked=a(who.asked))
    text = rng.choice(forms).replace("{x}", who.asked)
    if rng.random() < 0.06:
        text = rng.choice(PREFIXES) + text
    if not text.endswith(("?", "!", ".")):
        text += rng.choice(["", "", "", ".", ".", "!", " please", ", please.", "?"])
    roll = rng.random()
    if roll < 0.30:
        return text[0].lower() + text[1:]
    return text if roll < 0.6 else text[0].upper() + text[1:]


def talk(rng: random.Random) -> list[Turn]:
    asks, replies = rng.choice(smalltalk.TALK)
    text = rng.choice(asks)
    if "{" in text:
        text = text.format(a=rng.randrange(100), b=rng.randrange(100), name=words.name(rng),
                           noun=noun(rng)[0], adj=adjective(rng))
    if rng.random() < 0.3:
        text = text.lower()
    return [("user", text), ("assistant", rng.choice(replies))]


def instructions(rng: random.Random) -> str:
    """A system message of any length, with words that are not to be told about."""
    lines = [rng.choice(smalltalk.SYSTEM) for _ in range(rng.choice([1, 1, 1, 2, 4, 6]))]
    return rng.choice([" ", " ", "\n"]).join(lines).format(
        name=words.name(rng), noun=noun(rng)[0], adj=adjective(rng))


def conversation(rng: random.Random, length: int = 0) -> list[Turn]:
    """A whole conversation: mostly one story, sometimes several with talk between."""
    turns: list[Turn] = []
    if rng.random() < 0.2:
        turns.append(("system", instructions(rng)))
    length = length or rng.choices([1, 2, 3, 4], [0.62, 0.22, 0.1, 0.06])[0]
    who: Hero | None = None
    for _ in range(length):
        roll = rng.random()
        if roll < (0.15 if length == 1 else 0.25):
            turns += talk(rng)
            continue
        if who and roll < 0.55:
            text = rng.choice(AGAIN_ASKS) + rng.choice(["", "!", ".", "?"])
            who = replace(who, place="", goal="")
        elif roll > 0.94:
            who, text = hero(rng, familiar=True), rng.choice(ANY_ASKS) + rng.choice(["", ".", "!"])
            who = replace(who, theme="")
        else:
            forms = NEXT_ASKS if who and rng.random() < 0.8 else STORY_ASKS
            who = hero(rng)
            text = ask(rng, forms, who)
        turns += [("user", text), ("assistant", story(rng, who))]
    return turns


if __name__ == "__main__":
    sample = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    for _ in range(8):
        print(*(f"{role}: {text}" for role, text in conversation(sample)), "", sep="\n")

"""Vocabulary of the generated corpus.

The lists are ordinary English words chosen by us. Names and made-up nouns are
built from syllables, so that a model trained on them has to copy what the
person wrote instead of remembering a list.
"""

from __future__ import annotations

import random

ANIMALS = """fox bear wolf rabbit hare hedgehog badger otter beaver squirrel mouse rat mole
cat kitten dog puppy horse pony donkey cow sheep lamb goat pig hen duck duckling goose swan owl
eagle hawk robin sparrow crow raven magpie pigeon parrot penguin seagull stork heron peacock
lion tiger leopard cheetah panther elephant giraffe zebra hippo rhino monkey gorilla chimpanzee
kangaroo koala wombat platypus panda camel llama moose deer reindeer bison buffalo antelope
whale dolphin shark seal walrus octopus squid crab lobster starfish seahorse jellyfish turtle
tortoise frog toad newt lizard snake crocodile alligator chameleon iguana dinosaur salmon
goldfish trout bee bumblebee butterfly moth ladybird beetle ant spider snail worm caterpillar
grasshopper cricket dragonfly firefly bat skunk raccoon ferret weasel hamster polar%bear
guinea%pig sea%lion""".split()

CREATURES = """dragon unicorn phoenix griffin troll goblin ogre elf fairy pixie mermaid giant
ghost monster yeti robot snowman scarecrow gnome dwarf genie vampire werewolf alien sea%monster
sprite kraken""".split()

PEOPLE = """king queen prince princess knight wizard witch baker farmer sailor pirate captain
teacher doctor nurse painter singer dancer tailor shoemaker blacksmith carpenter gardener
fisherman shepherd miller hunter builder cook chef librarian postman astronaut pilot driver
explorer inventor scientist musician drummer juggler clown acrobat magician detective soldier
thief boy girl child grandmother grandfather woman man student poet writer potter weaver
beekeeper miner merchant""".split()

THINGS = """boat ship train car bus bicycle tractor balloon kite rocket aeroplane castle tower
bridge house cottage windmill river mountain cloud star moon raindrop snowflake tree oak flower
rose sunflower pumpkin apple carrot potato mushroom pebble lamp lantern candle clock bell drum
violin piano trumpet book pencil button teddy%bear doll kettle spoon chair table umbrella hat
boot shoe blanket pillow key mirror ladder broom suitcase sandwich cake biscuit pancake computer
fire%engine cactus""".split()

HE_WORDS = set("""king prince wizard boy man grandfather fisherman sailor postman giant""".split())
SHE_WORDS = set("""queen princess witch girl woman grandmother mermaid fairy hen""".split())

HER_NAMES = """Anna Alice Lily Rose Emma Clara Nora Ella Maya Zoë Lucy Ruby Ivy Grace Hannah Sophie
Julia Olga Inès Chloé Frida Greta Aisha Mei Yuki Luna Stella Marta Eva Amélie Bella Daisy Molly
Sara Lena Nina Petra Tilly Dora""".split()
HIS_NAMES = """Tom Max Ben Sam Leo Oscar Hugo Felix Otto Peter Jack Harry Billy George Luke Noah
Oliver Finn Paul Karl Émile François José Jürgen Søren Omar Ali Ivan Kofi Kenji Bruno Toby
Charlie Daniel Adam Simon Victor Rolf Günter Hans""".split()

# Never in the training text: `ask.ts` asks for stories about these.
HELD_OUT = """lighthouse clockmaker zorblax submarine toaster ballerina lynx plumber volcano
narwhal""".split()

ADJECTIVES = """brave shy little tiny small big lonely curious clever kind gentle grumpy sleepy
lazy cheerful happy sad old young proud silly hungry greedy clumsy quiet noisy busy patient
polite stubborn careful friendly nervous timid bold wise forgetful playful honest red blue green
golden silver white purple tired wild funny fast slow magic invisible rusty wooden
fluffy spotted strong strange famous poor rich lost angry scared""".split()

PLACES = """in the forest|in the desert|in the mountains|by the sea|on the moon|in a small village
|in a big city|on a quiet farm|on a faraway island|in a green valley|under the sea|in a castle
|in the jungle|by the river|on a snowy hill|in an old garden|at the edge of the woods
|in a busy town|in a deep cave|near a great lake|on a windy hill|in space|at the seaside
|in a cold country|in the clouds|in an old library|in a tall tower|on a ship|in the swamp
|behind a waterfall|in a meadow|at the North Pole|in a school|on a mountain top
|in a harbour""".replace("\n", "").split("|")

GOALS = """fly|learn to sing|see the sea|bake a cake|find a friend|touch the moon|learn to dance
|climb the highest mountain|paint a picture|sail around the world|learn to swim|build a house
|read every book|win a race|play the violin|cross the river|see the snow|grow a garden|tell a joke
|write a poem|ride a bicycle|learn to cook|visit the stars|find a treasure|throw a party
|learn to read|go to school|meet the queen|join a circus|catch a falling star|learn magic
|make a kite|find the end of the rainbow|stay up all night|be a hero
|make everybody laugh""".replace("\n", "").split("|")

OBJECTS = """silver key|red scarf|golden bell|blue button|little map|warm blanket|wooden flute
|green hat|shiny stone|old compass|paper boat|yellow umbrella|music box|glass marble|brass lamp
|striped sock|small drum|favourite book|pearl necklace|magic pebble""".replace("\n", "").split("|")

_ONSETS = """b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kr l m n p pl pr qu r s sh sk sl sm
sn sp st sw t th tr tw v w wh y z zw""".split()
_VOWELS = "a e i o u a e i o u ai ea ee oa oo ou y".split()
_CODAS = "b ck d ff g l ll m mp n nd ng nk nt p r rd rk rn s sh sk ss st t tch th x z".split()
_HEADS = """moon sun star cloud rain snow wind sand sea river stone wood iron gold silver clock
candle book bread cake apple berry honey leaf moss thorn shadow night day fire ice frost thunder
water bell drum paper feather button glass mud salt sugar tea bone cart road sky tree""".split()
_TAILS = """maker keeper light fish bird house boat berry wheel mill stone worm hopper cat dog
horse wing tail walker singer catcher hunter seller bug flower box ship top pot pole foot beard
stick ling master smith man cleaner driver""".split()


def syllable(rng: random.Random) -> str:
    coda = rng.choice(_CODAS) if rng.random() < 0.5 else ""
    onset = rng.choice(_ONSETS) if rng.random() < 0.9 else ""
    return onset + rng.choice(_VOWELS) + coda


def made_up(rng: random.Random) -> str:
    """A word that nobody has used, such as `snoufrick`."""
    while True:
        word = "".join(syllable(rng) for _ in range(rng.choice([1, 2, 2, 2, 3])))
        if 3 <= len(word) <= 12 and word not in HELD_OUT:
            return word


def compound(rng: random.Random) -> str:
    """A word made of two familiar ones, such as `snowkeeper`."""
    while True:
        word = rng.choice(_HEADS) + rng.choice(_TAILS)
        if word not in HELD_OUT:
            return word


def foreign(rng: random.Random) -> str:
    """Letters of another script, so that the byte tokens learn to be copied too."""
    first, last = rng.choice([(0xE0, 0xFE), (0x3B1, 0x3C9), (0x430, 0x44F), (0x4E00, 0x9FA0),
                              (0x3042, 0x3093), (0x5D0, 0x5EA), (0x1F400, 0x1F640)])
    length = rng.randint(1, 2) if first > 0x1000 else rng.randint(3, 6)
    return "".join(chr(rng.randint(first, last)) for _ in range(length)).replace("÷", "ö")


def name(rng: random.Random) -> str:
    """A made-up name, short enough to say."""
    endings = ["a", "o", "i", "y", "ie", "in", "el", "us", "ka", "lo", "mi", ""]
    while True:
        word = syllable(rng) + rng.choice(["", "", syllable(rng)]) + rng.choice(endings)
        if 3 <= len(word) <= 8:
            return word.capitalize()


def plural(noun: str) -> str:
    irregular = {"mouse": "mice", "goose": "geese", "wolf": "wolves", "elf": "elves",
                 "thief": "thieves", "child": "children", "man": "men", "woman": "women",
                 "fisherman": "fishermen", "postman": "postmen", "snowman": "snowmen",
                 "dwarf": "dwarves", "sheep": "sheep", "deer": "deer", "salmon": "salmon",
                 "trout": "trout", "bison": "bison", "moose": "moose"}
    if noun in irregular:
        return irregular[noun]
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def article(phrase: str) -> str:
    """`a` or `an`, by spelling, with the few words that are not said as they are spelt."""
    if phrase.startswith(("honest", "hour")):
        return "an"
    vowel = phrase[0].lower() in "aeiou" and not phrase.startswith(("uni", "eu"))
    return "an" if vowel else "a"

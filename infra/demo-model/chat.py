"""The chat format: how a conversation becomes tokens, and which of them count."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import Turn

TEXT_END, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL = [TEXT_END, TURN_START, TURN_END]

Example = tuple[list[int], list[bool]]
"""Token ids, and for each whether the assistant has to produce it."""

# The space before the person's text makes a bare `fox` the same token as the fox
# of a sentence, so the smallest prompt is no special case to learn.
# Empty instructions are left out: some engines send them always.
TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}"
    "{{ '<|im_start|>user\\n ' + (message['content'] | trim) + '<|im_end|>\\n' }}"
    "{% elif message['content'] | trim %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + (message['content'] | trim)"
    " + '<|im_end|>\\n' }}"
    "{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def train_tokenizer(texts: list[str], vocab: int) -> Tokenizer:
    """A byte-level BPE as in GPT-2: it can spell any text, known or not."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, turns: list[Turn], space: bool = True) -> Example:
    """A conversation as the template renders it."""
    start, end = tokenizer.token_to_id(TURN_START), tokenizer.token_to_id(TURN_END)
    newline = tokenizer.encode("\n").ids
    ids: list[int] = []
    wanted: list[bool] = []

    def add(tokens: list[int], wants: bool) -> None:
        ids.extend(tokens)
        wanted.extend([wants] * len(tokens))

    for role, text in turns:
        lead = " " if role == "user" and space else ""
        add([start, *tokenizer.encode(role).ids, *newline], False)
        add([*tokenizer.encode(lead + text).ids, end], role == "assistant")
        add(newline, False)
    return ids, wanted

"""Trains the tokenizer and the model; writes `checkpoint.pt` and `tokenizer.json`.

    python train.py --out /tmp/storyteller

The corpus is generated here and never stored. `export.py` turns the result into
a GGUF; it may do so while training goes on.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

import corpus
from chat import Example, encode, train_tokenizer
from model import Shape, Storyteller

IGNORED = -100
OPENING_TOKENS = 40


def examples(
    tokenizer: Tokenizer, seed: int, count: int, limit: int, openings: float
) -> list[Example]:
    """Conversations as tokens, and a few bare stories for engines without a template.

    `openings` is the share of examples that are cut soon after the story begins.
    Only the opening takes its hero from the request; cutting shows far more
    requests for the same work.
    """
    rng = random.Random(seed)
    made: list[Example] = []
    while len(made) < count:
        if rng.random() < openings:
            made.append(opening(tokenizer, rng))
            continue
        if rng.random() < 0.02:
            ids = tokenizer.encode(corpus.story(rng, corpus.hero(rng)) + "<|im_end|>").ids
            made.append((ids, [True] * len(ids)))
            continue
        # Some engines use plain ChatML, which has no space before the text.
        example = encode(tokenizer, corpus.conversation(rng), space=rng.random() < 0.85)
        if len(example[0]) <= limit:
            made.append(example)
    return made


def opening(tokenizer: Tokenizer, rng: random.Random) -> Example:
    """One request and the first words of the reply."""
    turns = corpus.conversation(rng, length=1)
    ids, wanted = encode(tokenizer, turns, space=rng.random() < 0.85)
    end = wanted.index(True) + OPENING_TOKENS
    return ids[:end], wanted[:end]


Batch = tuple[Tensor, Tensor]
"""Inputs and targets."""


def batches(data: list[Example], rng: random.Random, budget: int) -> Iterator[Batch]:
    """Endless batches of about `budget` tokens.

    Conversations of similar length share a batch, so that little is padding.
    """
    while True:
        rng.shuffle(data)
        for start in range(0, len(data), 2048):
            pool = sorted(data[start : start + 2048], key=lambda example: len(example[0]))
            groups: list[list[Example]] = [[]]
            for example in pool:
                if groups[-1] and len(example[0]) * (len(groups[-1]) + 1) > budget:
                    groups.append([])
                groups[-1].append(example)
            rng.shuffle(groups)
            yield from map(collate, groups)


def collate(group: list[Example]) -> Batch:
    """Pads to the longest; what the assistant does not say is not a target."""
    longest = max(len(ids) for ids, _ in group)
    tokens = torch.zeros(len(group), longest - 1, dtype=torch.long)
    targets = torch.full((len(group), longest - 1), IGNORED)
    for row, (ids, wanted) in enumerate(group):
        tokens[row, : len(ids) - 1] = torch.tensor(ids[:-1])
        labels = [token if wants else IGNORED for token, wants in zip(ids[1:], wanted[1:])]
        targets[row, : len(ids) - 1] = torch.tensor(labels)
    return tokens, targets


def loss_of(model: Storyteller, tokens: Tensor, targets: Tensor) -> Tensor:
    counted = targets != IGNORED
    return F.cross_entropy(model.logits(model.hidden(tokens)[counted]), targets[counted])


@torch.no_grad()
def validate(model: Storyteller, data: list[Example]) -> float:
    total, count = 0.0, 0
    for start in range(0, len(data), 8):
        tokens, targets = collate(data[start : start + 8])
        wanted = int((targets != IGNORED).sum())
        total += loss_of(model, tokens, targets).item() * wanted
        count += wanted
    return total / count


def optimizers(model: Storyteller, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices, which learns copying in far fewer steps than AdamW."""
    matrices = [w for n, w in model.named_parameters() if w.ndim == 2 and n.startswith("blk")]
    rest = [w for n, w in model.named_parameters() if w.ndim != 2 or not n.startswith("blk")]
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def rate_at(progress: float, warmup: float = 0.04, floor: float = 0.02) -> float:
    """Linear warm-up, then a cosine down to almost nothing."""
    if progress < warmup:
        return progress / warmup
    done = min(1.0, (progress - warmup) / (1 - warmup))
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done))


def save(out: Path, model: Storyteller, record: dict[str, float]) -> None:
    """Replaces the checkpoint in one step: an export may be reading it."""
    partial = out / "checkpoint.partial"
    state = {"shape": vars(model.shape), "weights": model.state_dict(), "record": record}
    torch.save(state, partial)
    os.replace(partial, out / "checkpoint.pt")
    (out / "record.json").write_text(json.dumps(record, indent=2))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--conversations", type=int, default=32_000)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--minutes", type=float, default=25, help="shortens the schedule if needed")
    parser.add_argument("--start", type=Path, help="go on from this folder's checkpoint")
    parser.add_argument("--openings", type=float, default=0.0)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)

    shape = Shape()
    rng = random.Random(args.seed)
    texts = [text for _ in range(8000) for _, text in corpus.conversation(rng)]
    if args.start:
        tokenizer = Tokenizer.from_file(str(args.start / "tokenizer.json"))
    else:
        spaced = [" " + text for text in texts]
        tokenizer = train_tokenizer([*spaced, "system user assistant"], shape.vocab)
    tokenizer.save(str(args.out / "tokenizer.json"))
    data = examples(tokenizer, args.seed + 1, args.conversations, shape.context, args.openings)
    held_out = examples(tokenizer, args.seed + 2, 200, shape.context, 0)
    corpus_tokens = sum(len(ids) for ids, _ in data)

    model = Storyteller(shape)
    if args.start:
        model.load_state_dict(torch.load(args.start / "checkpoint.pt")["weights"])
    steppers = optimizers(model, args.rate)
    print(f"{model.parameter_count()} parameters, {corpus_tokens} tokens in the corpus", flush=True)
    begun = saved = time.monotonic()
    feed = batches(data, rng, args.batch_tokens)
    step, seen, smooth, progress = 0, 0, 0.0, 0.0
    while progress < 1:
        progress = max(step / args.steps, (time.monotonic() - begun) / (args.minutes * 60))
        for stepper in steppers:
            for group in stepper.param_groups:
                group["lr"] = args.rate * rate_at(progress)
        tokens, targets = next(feed)
        loss = loss_of(model, tokens, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad()
        step, seen = step + 1, seen + tokens.numel()
        smooth = loss.item() if step == 1 else 0.95 * smooth + 0.05 * loss.item()
        now = time.monotonic()
        if step % 20 == 0:
            print(f"step {step} loss {smooth:.4f} {seen / (now - begun):.0f} tokens/s", flush=True)
        if now - saved > 120 or progress >= 1:
            saved = now
            record = {
                "steps": step, "tokens": seen, "minutes": (now - begun) / 60,
                "train_loss": smooth, "validation_loss": validate(model, held_out),
                "parameters": model.parameter_count(), "conversations": len(data),
                "corpus_tokens": corpus_tokens, "seed": args.seed,
            }
            save(args.out, model, record)
            print(f"saved at step {step}: validation {record['validation_loss']:.4f}", flush=True)


if __name__ == "__main__":
    main()

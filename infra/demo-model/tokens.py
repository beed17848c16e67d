"""Prints how the training tokenizer splits some awkward texts, for `ask.ts`.

python tokens.py /tmp/storyteller > tokens.json
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

TEXTS = [
    "Tell me a story about a fox",
    "<|im_start|>user\n Tell me a story about a fox<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nfox<|im_end|>\n",
    "Once upon a time there was a snoufrick called Zwelka. \"I'm here!\" it said.",
    "  two  spaces,\ttabs\n\nand   lines  ",
    "René's café – naïve “quotes” … 100 % 2024-11-05",
    "狐の話をしてください 🦊🧑‍🚀 Füchse und Straßen",
    "сказка про лису، قصة عن ثعلب",
    "<|endoftext|>",
    "snake_case({x: [1, 2]}); //==> <|im_start",
    "",
]

if __name__ == "__main__":
    tokenizer = Tokenizer.from_file(str(Path(sys.argv[1]) / "tokenizer.json"))
    print(json.dumps({text: tokenizer.encode(text).ids for text in TEXTS}))

"""The llama architecture in plain PyTorch, small enough to train on a CPU."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """Everything that fixes the size of the network."""

    vocab: int = 2048
    width: int = 256
    layers: int = 4
    heads: int = 8
    kv_heads: int = 4
    hidden: int = 704
    context: int = 1024
    rope_base: float = 10_000.0
    eps: float = 1e-5

    @property
    def head_dim(self) -> int:
        return self.width // self.heads


def rope_table(shape: Shape) -> Tensor:
    """Cosine and sine per position and frequency, stacked on the first axis."""
    steps = torch.arange(0, shape.head_dim, 2).float() / shape.head_dim
    angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base**-steps)
    return torch.stack([angles.cos(), angles.sin()])


def rotate(x: Tensor, table: Tensor) -> Tensor:
    """Rotate neighbouring pairs (0,1), (2,3), ...

    llama.cpp rotates neighbours for this architecture, whereas Hugging Face
    rotates halves. Training with neighbours means that the query and key weights
    are exported as they are, with no permutation to get wrong.
    """
    cos, sin = table[:, : x.shape[-2]].to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


class Block(nn.Module):
    """One transformer layer: attention, then a gated feed-forward network."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        kv = shape.kv_heads * shape.head_dim
        self.attn_norm = nn.RMSNorm(shape.width, eps=shape.eps)
        self.attn_q = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_k = nn.Linear(shape.width, kv, bias=False)
        self.attn_v = nn.Linear(shape.width, kv, bias=False)
        self.attn_output = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.width, eps=shape.eps)
        self.ffn_gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, table: Tensor) -> Tensor:
        h = self.attn_norm(x)
        q = rotate(self._split(self.attn_q(h)), table)
        k = rotate(self._split(self.attn_k(h)), table)
        v = self._split(self.attn_v(h))
        repeat = self.shape.heads // self.shape.kv_heads
        k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn_output(mixed.transpose(1, 2).flatten(2))
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (-1, self.shape.head_dim)).transpose(1, 2)


class Storyteller(nn.Module):
    """A decoder whose output layer is its embedding table."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocab, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=shape.eps)
        self.register_buffer("table", rope_table(shape), persistent=False)
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                # Layers that write to the residual stream start smaller, so that
                # its variance does not grow with depth.
                writes = name.endswith(("attn_output.weight", "ffn_down.weight"))
                scale = 0.02 / (2 * shape.layers) ** 0.5 if writes else 0.02
                nn.init.normal_(weight, std=scale)

    def hidden(self, tokens: Tensor) -> Tensor:
        """Final hidden states; the caller decides which of them need logits."""
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.table)
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.token_embd.weight)

    def parameter_count(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

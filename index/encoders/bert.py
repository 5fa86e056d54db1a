"""The network of the embedded model, in torch: used once, to convert it.

A plain BERT encoder after the lookup of the word embeddings, which stays outside the graph so that
the table, four fifths of the weights, is mapped from its file and never unpacked.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from index.encoders.packed import Packed, Sizes, unpack


class SelfAttention(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.q = nn.Linear(sizes.hidden, sizes.hidden)
        self.k = nn.Linear(sizes.hidden, sizes.hidden)
        self.v = nn.Linear(sizes.hidden, sizes.hidden)
        self.ao = nn.Linear(sizes.hidden, sizes.hidden)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, hidden = x.shape
        q, k, v = (
            part(x).view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        out: Tensor = self.ao(mixed.transpose(1, 2).reshape(batch, length, hidden))
        return out


class Layer(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.attention = SelfAttention(sizes)
        self.aln = nn.LayerNorm(sizes.hidden, sizes.epsilon)
        self.fi = nn.Linear(sizes.hidden, sizes.intermediate)
        self.fo = nn.Linear(sizes.intermediate, sizes.hidden)
        self.oln = nn.LayerNorm(sizes.hidden, sizes.epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.aln(x + self.attention(x, mask))
        out: Tensor = self.oln(x + self.fo(F.gelu(self.fi(x))))
        return out


class Bert(nn.Module):
    """Word embeddings (batch, length, hidden) and lengths (batch,) -> unit vectors."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.pos = nn.Parameter(torch.zeros(sizes.positions, sizes.hidden))
        self.ln = nn.LayerNorm(sizes.hidden, sizes.epsilon)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))

    def forward(self, words: Tensor, lengths: Tensor) -> Tensor:
        length = words.shape[1]
        inside = torch.arange(length)[None, :] < lengths[:, None]
        mask = torch.where(inside, 0.0, -1e4)[:, None, None, :]
        x = self.ln(words + self.pos[:length])
        for layer in self.layers:
            x = layer(x, mask)
        pooled = (x * inside[:, :, None].to(x.dtype)).sum(1)
        return F.normalize(pooled, dim=-1)


def build(packed: Packed) -> Bert:
    """The network with the packed weights, unpacked to float32, in evaluation mode."""
    model = Bert(packed.sizes)
    state = {}
    for name, parameter in model.state_dict().items():
        source = _packed_name(name)
        blocks = packed.tensors[source]
        values = unpack(blocks) if blocks.dtype == "uint8" else blocks.copy()
        if source == "emb.pos":
            values = values.reshape(-1, packed.sizes.hidden)
            values = values + packed.tensors["emb.type"][: packed.sizes.hidden]
        state[name] = torch.from_numpy(values).reshape(parameter.shape)
    model.load_state_dict(state)
    return model.eval()


def _packed_name(parameter: str) -> str:
    """``layers.3.attention.q.weight`` -> ``l3.q.w``; ``ln.bias`` -> ``emb.ln.b``."""
    path = parameter.replace("attention.", "").replace("weight", "w").replace("bias", "b")
    return "l" + path.removeprefix("layers.") if path.startswith("layers.") else "emb." + path

"""The embedded model's weights as a sentence-transformers folder, so that a peer runs the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.encoders.packed import Packed, bundled_path, read_packed, unpack


def save_folder(folder: Path) -> None:
    """Writes transformer, tokenizer, mean pooling and normalisation; float32."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel

    packed = read_packed(bundled_path())
    sizes = packed.sizes
    config = BertConfig(
        vocab_size=sizes.words,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.intermediate,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.types,
        layer_norm_eps=sizes.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({k: torch.from_numpy(v) for k, v in _state(packed).items()})
    bert = folder / "bert"
    model.save_pretrained(bert)
    _tokenizer(packed).save_pretrained(bert)
    transformer = models.Transformer(str(bert), max_seq_length=512)
    pooling = models.Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, models.Normalize()]).save(str(folder))


def _state(packed: Packed) -> dict[str, np.ndarray]:
    sizes, tensors = packed.sizes, packed.tensors

    def floats(name: str) -> np.ndarray:
        tensor = tensors[name]
        return unpack(tensor) if tensor.dtype == np.uint8 else np.array(tensor, np.float32)

    def matrix(name: str, columns: int) -> np.ndarray:
        return floats(name).reshape(-1, columns)

    state = {
        "embeddings.word_embeddings.weight": matrix("emb.word", sizes.hidden),
        "embeddings.position_embeddings.weight": matrix("emb.pos", sizes.hidden),
        "embeddings.token_type_embeddings.weight": matrix("emb.type", sizes.hidden),
        "embeddings.LayerNorm.weight": floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": floats("emb.ln.b"),
    }
    parts = {
        "q": ("attention.self.query", sizes.hidden),
        "k": ("attention.self.key", sizes.hidden),
        "v": ("attention.self.value", sizes.hidden),
        "ao": ("attention.output.dense", sizes.hidden),
        "fi": ("intermediate.dense", sizes.hidden),
        "fo": ("output.dense", sizes.intermediate),
    }
    for layer in range(sizes.layers):
        theirs, ours = f"encoder.layer.{layer}.", f"l{layer}."
        for short, (long, columns) in parts.items():
            state[f"{theirs}{long}.weight"] = matrix(f"{ours}{short}.w", columns)
            state[f"{theirs}{long}.bias"] = floats(f"{ours}{short}.b")
        for short, long in {"aln": "attention.output", "oln": "output"}.items():
            state[f"{theirs}{long}.LayerNorm.weight"] = floats(f"{ours}{short}.w")
            state[f"{theirs}{long}.LayerNorm.bias"] = floats(f"{ours}{short}.b")
    return state


def _tokenizer(packed: Packed):
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    words = packed.vocabulary
    rows = list(zip(words.pieces, words.scores.tolist(), strict=True))
    tokenizer = Tokenizer(Unigram(rows, unk_id=words.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace("\n", " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    bos, eos = words.pieces[words.bos], words.pieces[words.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}", special_tokens=[(bos, words.bos), (eos, words.eos)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=bos,
        eos_token=eos,
        pad_token=words.pieces[words.pad],
        unk_token=words.pieces[words.unknown],
        model_max_length=512,
    )

"""The optional cross-encoder: a real one, saved by the test, has the last word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.corpus import NewsIndex
from index.errors import ModelUnavailable
from index.reranker import open_reranker, reranked


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with random weights: what matters is whose order counts."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(3)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cầu", "trường", "giá", "cà", "phê", "học", "sinh"]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    where = tmp_path_factory.mktemp("cross")
    BertForSequenceClassification(config).save_pretrained(where)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=128
    ).save_pretrained(where)
    return where


def test_its_order_is_the_order_of_the_hits(news: NewsIndex, folder: Path) -> None:
    cross = open_reranker(str(folder))
    question = "giá cà phê"
    hits = NewsIndex(news.snapshot, news.encoder, cross).search(question).hits
    passages = [f"{hit.article.title}. {hit.chunk.text}" for hit in hits]
    judged = cross.score(question, passages)
    assert len(hits) == 3
    assert judged.tolist() == sorted(judged.tolist(), reverse=True)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_reranked_stay_above_the_rest() -> None:
    scores = np.array([9, 8, 7, 1], np.float32)
    out = reranked(scores, np.array([-5, 2], np.float32), np.array([0, 1]))
    assert out.tolist() == [8, 15, 7, 1]


def test_a_missing_reranker_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="khong-co"):
        open_reranker(str(tmp_path / "khong-co"))

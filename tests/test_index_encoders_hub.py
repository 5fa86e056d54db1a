"""Any sentence-transformers model: a small one, saved on disk by the test."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.encoders.hub import HubEncoder, folder_digest, prompts
from index.encoders.registry import open_encoder
from index.errors import ModelUnavailable, QuestionRejected

WORDS = ["[PAD]", "[UNK]", "query", "passage", ":", "cầu", "dài", "bao", "nhiêu", "mét", "xăng"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(1)
    words = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    bert = tmp_path_factory.mktemp("bert")
    PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    ).save_pretrained(bert)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=64)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    saved = tmp_path_factory.mktemp("models") / "tiny"
    SentenceTransformer(modules=[transformer, pooling]).save(str(saved))
    return saved


def with_prompts(folder: Path, target: Path, **texts: str) -> Path:
    shutil.copytree(folder, target)
    path = target / "config_sentence_transformers.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["prompts"] = texts
    path.write_text(json.dumps(config), encoding="utf-8")
    return target


def test_a_folder_opens_as_an_encoder(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    assert isinstance(encoder, HubEncoder)
    assert (encoder.spec.name, encoder.spec.dimension) == (str(folder), 16)
    assert encoder.spec.revision == folder_digest(folder)
    told: list[int] = []
    vectors = encoder.encode_passages(["cầu dài", "xăng", "mét"], told.append)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert sum(told) == 3
    assert encoder.encode_queries([]).shape == (0, 16)


def test_a_text_without_tokens_has_no_vector(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    assert not encoder.encode_passages(["cầu", ""])[1].any()
    with pytest.raises(QuestionRejected, match="ask it differently"):
        encoder.encode_queries(["cầu", ""])


def test_its_own_prompts_go_in_front(folder: Path, tmp_path: Path) -> None:
    texts = {"query": "query: ", "document": "passage: "}
    prompted = open_encoder(str(with_prompts(folder, tmp_path / "prompted", **texts)))
    plain = open_encoder(str(folder))
    assert (prompted.spec.query_prompt, prompted.spec.passage_prompt) == ("query: ", "passage: ")
    assert (plain.spec.query_prompt, plain.spec.passage_prompt) == ("", "")
    for prompt, encode in (
        ("query: ", prompted.encode_queries),
        ("passage: ", prompted.encode_passages),
    ):
        expected = plain.encode_passages([prompt + "cầu dài"])
        assert encode(["cầu dài"]) == pytest.approx(expected, abs=1e-5)


def test_the_revision_follows_the_files(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert folder_digest(copy) == folder_digest(folder)
    (copy / ".cache").mkdir()
    (copy / ".cache" / "note").write_text("not the model's")
    assert folder_digest(copy) == folder_digest(folder)
    config = copy / "config_sentence_transformers.json"
    config.write_text(config.read_text() + " ")
    assert folder_digest(copy) != folder_digest(folder)


@pytest.mark.parametrize(
    ("name", "configured", "expected"),
    [
        ("intfloat/multilingual-e5-base", {}, ("query: ", "passage: ")),
        ("models/E5-large", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, ("", "")),
        ("BAAI/bge-m3", {}, ("", "")),
        ("x/e5-y", {"query": "Hỏi: ", "passage": "Đoạn: "}, ("Hỏi: ", "Đoạn: ")),
        ("x/somee5", {"query": "Hỏi: "}, ("Hỏi: ", "")),
    ],
)
def test_prompts(name: str, configured: dict[str, str], expected: tuple[str, str]) -> None:
    assert prompts(name, configured) == expected


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"no model folder .*nowhere"):
        open_encoder(str(tmp_path / "nowhere"))


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing here")
    with pytest.raises(ModelUnavailable, match="cannot load the model"):
        open_encoder(str(tmp_path))


def test_a_name_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelUnavailable, match=r"cannot load the model nobody/nothing .*folder"):
        open_encoder("nobody/nothing")

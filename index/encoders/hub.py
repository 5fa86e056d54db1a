"""Any sentence-transformers model, by its name on the hub or the path of its folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoders import EncoderSpec, Progress, Vectors, refuse_lost
from index.encoders.packed import sha256
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32
_SLICE = 1024
# What the e5 family was trained with; the configuration files of most of its models forget it.
_E5 = re.compile(r"(^|[-_])e5([-_]|$)", re.IGNORECASE)
_E5_PROMPTS = "query: ", "passage: "


class HubEncoder:
    """A sentence-transformers model on the GPU when there is one."""

    def __init__(self, model: SentenceTransformer, spec: EncoderSpec) -> None:
        self.spec = spec
        self._model = model

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises QuestionRejected when a question gives no vector."""
        vectors = self._encode(texts, self.spec.query_prompt, None)
        refuse_lost(texts, vectors)
        return vectors

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """A row that has not the length 1 says that its text gives no vector: reject the text."""
        return self._encode(texts, self.spec.passage_prompt, progress)

    def pieces(self, texts: Sequence[str]) -> int:
        """Into how many pieces the tokenizer cuts ``texts``, without the marks it adds."""
        cut = self._model.tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return sum(map(len, cut))

    def _encode(self, texts: Sequence[str], prompt: str, progress: Progress | None) -> Vectors:
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)
        for start in range(0, len(texts), _SLICE):
            some = list(texts[start : start + _SLICE])
            vectors[start : start + len(some)] = self._model.encode(
                some,
                prompt=prompt,
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress is not None:
                progress(len(some))
        return vectors


def open_hub(name: str) -> HubEncoder:
    """Opens ``name``, from the hub's cache or the hub itself, or from a folder.

    Raises ModelUnavailable when it cannot be had.
    """
    folder = Path(name).expanduser()
    if not folder.exists() and (name.startswith((".", "/", "~")) or name.count("/") > 1):
        raise ModelUnavailable(f"there is no model folder {name}: give the path of one that exists")
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(folder) if folder.exists() else name)
    except Exception as error:  # the hub, transformers and torch each raise their own
        raise ModelUnavailable(
            f"cannot load the model {name} ({_first_line(error)}): check the name and the "
            "connection, give the path of a folder that holds it, or use the embedded model "
            "by setting none"
        ) from error
    query, passage = prompts(name, model.prompts)
    revision = folder_digest(folder) if folder.exists() else _commit(name)
    dimension = model.get_embedding_dimension()
    if not dimension:
        raise ModelUnavailable(f"the model {name} does not tell its dimension: choose another")
    return HubEncoder(model, EncoderSpec(name, revision, dimension, query, passage))


def prompts(name: str, configured: Mapping[str, str | None]) -> tuple[str, str]:
    """What goes in front of a question and of a passage: what the model's configuration says.

    A model of the e5 family whose configuration says nothing gets the prompts of its family.
    """
    query = configured.get("query") or ""
    passage = configured.get("passage") or configured.get("document") or ""
    if not query and not passage and _E5.search(Path(name).name) and "instruct" not in name.lower():
        return _E5_PROMPTS
    return query, passage


def folder_digest(folder: Path) -> str:
    """Hex sha256 of the names and contents of a folder's files, hidden ones left out."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            total.update(f"{relative.as_posix()} {sha256(path)}\n".encode())
    return total.hexdigest()


def _commit(name: str) -> str:
    """The commit that the hub's cache holds of a model that was just loaded."""
    from huggingface_hub import try_to_load_from_cache

    file = try_to_load_from_cache(name, "config.json")
    if not isinstance(file, str):
        file = try_to_load_from_cache(f"sentence-transformers/{name}", "config.json")
    return Path(file).parent.name if isinstance(file, str) else "unknown"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__

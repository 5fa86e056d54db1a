"""How an index in Milvus is talked to: settings of their own, put into its address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.milvus.address import Address

if TYPE_CHECKING:
    from app.settings import Settings


def with_access(settings: Settings) -> Settings:
    """``settings`` whose index, if it is in Milvus, is one that can be opened."""
    if not isinstance(settings.index, Address):
        return settings
    address = replace(
        settings.index,
        token=settings.milvus_token.get_secret_value(),
        timeout=settings.milvus_timeout,
        consistency=settings.milvus_consistency,
    )
    return settings.model_copy(update={"index": address})

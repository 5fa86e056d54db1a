"""Why an article that was expected is not the first hit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from index import fusion
from index.articles.raw import parts, raw_text
from index.corpus import NewsIndex
from index.errors import StorageFailed
from index.features import NAMES, Asked
from index.filtering import described
from index.text.syllables import folded_syllables
from index.types import Article, Filters, Hit, Reading

_DEEP = 50


@dataclass(frozen=True, slots=True)
class Expectation:
    """``place`` counts from 1, None when the article is not among the candidates.

    ``hit`` is the article's own hit, as good as it gets when it is searched alone; ``above`` the
    first hit of the whole search.
    """

    reason: str
    place: int | None = None
    hit: Hit | None = None
    above: Hit | None = None


def expect(
    news: NewsIndex,
    question: str,
    article_id: str,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    reading: Reading = Reading(),  # noqa: B008 - frozen
) -> Expectation:
    """Where an article stands for ``question``, and what keeps it from the first place.

    ``article_id`` may also be its path or the end of its id or path, if no other ends so.
    """
    article = _named(news, article_id)
    if article is None:
        known = [one.id for one in news.snapshot.articles() if article_id in one.id][:3]
        nearest = f"; ids that contain it: {', '.join(known)}" if known else ""
        return Expectation(f"no article of the index has the id {article_id!r}{nearest}")
    article_id = article.id
    result = news.search(question, filters, _DEEP, reading)
    above = result.hits[0] if result.hits else None
    if not _passes(news, article_id, result.filters):
        return Expectation(f"a filter keeps it out: {described(result.filters)}", above=above)
    gone = _cleaned_away(news.asked(result.understood), article)
    for place, hit in enumerate(result.hits, start=1):
        if hit.article.id == article_id:
            reason = "it is the first hit" if place == 1 else _behind(hit, above)
            return Expectation(reason + gone, place, hit, above)
        if any(other.id == article_id for other in hit.also):
            reason = f"it tells the same story as {hit.article.id} and is folded under it"
            return Expectation(reason, place, hit, above)
    vector = news.encoder.encode_queries([result.understood])[0]
    only = news.snapshot.allowed(Filters(articles=(article_id,)))
    alone = news.hits(result.understood, vector, only, 1)
    if not alone:
        return Expectation("it has no text that could be found", above=above)
    return Expectation(
        f"neither its meaning nor its words are near enough to be looked at{gone}",
        hit=alone[0],
        above=above,
    )


def _named(news: NewsIndex, name: str) -> Article | None:
    if article := news.article(name):
        return article
    found = [
        one
        for one in news.snapshot.articles()
        if any(f"/{text}".endswith(f"/{name}") for text in (one.id, one.path or ""))
    ]
    return found[0] if len(found) == 1 else None


def _cleaned_away(asked: Asked, article: Article) -> str:
    """What cleaning took from the article's file that the question asks of; "" if nothing."""
    try:
        removed = [one.text for one in parts(raw_text(article), article) if not one.kept]
    except StorageFailed:
        return ""
    kept = folded_syllables(f"{article.title} {article.text}")
    missing = asked.words.keys() - set(kept)
    said = {text: missing & set(folded_syllables(text)) for text in removed}
    text = max(said, key=lambda text: len(said[text]), default="")
    if not said.get(text):
        return ""
    return f"; cleaned away from it, with {', '.join(sorted(said[text]))}: “{text}”"


def _passes(news: NewsIndex, article_id: str, filters: Filters) -> bool:
    if filters.articles and article_id not in filters.articles:
        return False
    return bool(news.snapshot.allowed(replace(filters, articles=(article_id,))).any())


def _behind(hit: Hit, above: Hit | None) -> str:
    """How far below the first hit, and which features make most of the difference."""
    if above is None:
        return "nothing is above it"
    theirs, ours = dict(above.why.features), dict(hit.why.features)
    both = [[features[name] for name in NAMES] for features in (theirs, ours)]
    gated = fusion.gated(np.array(both, np.float32))
    more = dict(zip(NAMES, (fusion.weights() * (gated[0] - gated[1])).tolist(), strict=True))
    more["timely"] = theirs["timely"] - ours["timely"]
    first, second = sorted(more, key=lambda name: -more[name])[:2]
    return (
        f"{above.score - hit.score:.2f} below {above.article.id}, which has more "
        f"{first} ({more[first]:+.2f}) and {second} ({more[second]:+.2f})"
    )

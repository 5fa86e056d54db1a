"""Questions from one's own corpus, without labels: a number tonight.

Three sorts. *Known items*: the title of an article, which must find it. *Facts*: a sentence whose
number, day, year or person made room for a question word (eval/made.py). *Twins*: a fact asked of
another year or another province, which the corpus must not know. A question is kept when its answer
is in one story alone, as far as a search of the corpus can tell. Each says in its facets how it was
made.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from eval.made import Draft, drafts
from eval.run import Searcher
from eval.squad import contains
from eval.types import Judgment, Question
from index.errors import QuestionRejected, SettingsError
from index.text.sentences import sentence_spans
from index.text.syllables import folded_syllables, syllables
from index.types import Article, Hit

Writer = Callable[[str, str], str | None]
"""(sentence, answer) -> a better question, or None: a language model, when there is one."""

_LOOKED_AT = 20  # passages that are searched for a second answer
_SAME = 0.6  # share of a question's words with which another passage could answer it too
_SAME_TITLE = 0.8  # the same where there is no answer to look for
_TRIES = 6  # other years or provinces that are tried for a twin
_TWIN_OF = 4  # facts to one twin
_TITLE_SYLLABLES = (5, 30)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ASKING = frozenset(syllables("ai bao nhieu ngay nam nao o va cua la co cho trong voi duoc da"))
_PROVINCE_NAMES = (
    "Hà Nội|Hải Phòng|Đà Nẵng|Cần Thơ|Huế|An Giang|Bắc Giang|Bắc Kạn|Bạc Liêu|Bắc Ninh|Bến Tre|"
    "Bình Định|Bình Dương|Bình Phước|Bình Thuận|Cà Mau|Cao Bằng|Đắk Lắk|Đắk Nông|Điện Biên|"
    "Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hà Nam|Hà Tĩnh|Hải Dương|Hậu Giang|Hòa Bình|Hưng Yên|"
    "Khánh Hòa|Kiên Giang|Kon Tum|Lai Châu|Lâm Đồng|Lạng Sơn|Lào Cai|Long An|Nam Định|Nghệ An|"
    "Ninh Bình|Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi|Quảng Ninh|Quảng Trị|"
    "Sóc Trăng|Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|Thanh Hóa|Tiền Giang|Trà Vinh|Tuyên Quang|"
    "Vĩnh Long|Vĩnh Phúc|Yên Bái"
)
_PROVINCE = re.compile(rf"\b(?:{_PROVINCE_NAMES})\b")

_HOW = {
    "title": "the title of the article",
    "number": "a sentence whose number became 'bao nhiêu'",
    "day": "a sentence whose day became 'ngày nào'",
    "year": "a sentence whose year became 'năm nào'",
    "person": "a sentence whose person became 'ai'",
    "model": "written by the language model for a sentence and its number, day, year or person",
    "other year": "a fact asked of another year, which no passage that was found mentions with it",
    "other province": "a fact asked of another province, which no passage found mentions with it",
}


def make_questions(
    articles: Sequence[Article],
    searcher: Searcher,
    count: int,
    *,
    seed: int = 0,
    writer: Writer | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Question, ...]:
    """Up to ``count`` questions with an answer, and a twin without one for every few facts.

    The kinds take turns, every article gives one question at most, and the same arguments give the
    same questions. Raises SettingsError when the corpus yields none.
    """
    rng = random.Random(seed)
    shuffled = list(articles)
    rng.shuffle(shuffled)
    titles = _title_counts(articles)
    found: list[Question] = []
    used: dict[str, int] = {}
    for article in shuffled:
        if len(found) == count:
            break
        choices = list(_candidates(article, titles))
        rng.shuffle(choices)
        # The kind that was used least comes first; sorting keeps the shuffled order within a kind.
        choices.sort(key=lambda choice: used.get(choice[0].made, 0))
        question = next(
            filter(None, (_kept(article, *c, len(found), searcher, writer) for c in choices)), None
        )
        if question is not None:
            found.append(question)
            made = dict(question.facets)["rule"]
            used[made] = used.get(made, 0) + 1
            if progress is not None:
                progress(1)
    if not found:
        raise SettingsError(
            f"No question can be made of these {len(articles)} articles; give longer ones."
        )
    facts = [question for question in found if question.answers]
    twins = [twin for fact in facts if (twin := _twin(fact, searcher, rng))]
    return (*found, *twins[: len(facts) // _TWIN_OF + 1])


def _candidates(article: Article, titles: dict[str, int]) -> Iterator[tuple[Draft, str]]:
    """Drafts with the sentence that each was made of; a title stands for itself."""
    least, most = _TITLE_SYLLABLES
    title = article.title.strip()
    if least <= len(syllables(title)) <= most and titles[_known_as(title)] == 1:
        yield Draft(title, "", "title"), ""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        for draft in drafts(sentence):
            yield draft, sentence


def _kept(
    article: Article,
    draft: Draft,
    sentence: str,
    number: int,
    searcher: Searcher,
    writer: Writer | None,
) -> Question | None:
    """The question of ``draft``, unless another story answers it as well."""
    text, made = draft.text, draft.made
    if writer is not None and sentence:
        written = writer(sentence, draft.answer)
        # A question that gives the answer away finds its article by it.
        if written and not contains(written, [draft.answer]):
            text, made = written.strip(), "model"
    hits = _search(searcher, text)
    story = {article.id}
    for told in ({hit.article.id, *(other.id for other in hit.also)} for hit in hits):
        story |= told if article.id in told else set()
    gold = {article.id: Judgment(article.id, quote=sentence or None)}
    for hit in hits:
        if sentence and hit.article.id != article.id and _says(hit, sentence):
            gold[hit.article.id] = Judgment(hit.article.id, quote=sentence)
        elif hit.article.id not in story and _answers_too(hit, text, draft.answer):
            return None
    return Question(
        id=f"made-{number:04d}",
        text=text,
        gold=tuple(gold.values()),
        answers=(draft.answer,) if draft.answer else (),
        facets=(("made", made), ("rule", draft.made), ("how", _HOW[made])),
    )


def _twin(fact: Question, searcher: Searcher, rng: random.Random) -> Question | None:
    """``fact`` asked of another year or province, unless a passage knows about that too."""
    for made, pattern, others in _TWINS:
        match = pattern.search(fact.text)
        if match is None:
            continue
        for changed in others(match[0], rng):
            text = fact.text[: match.start()] + changed + fact.text[match.end() :]
            if any(_mentions(hit, text, changed) for hit in _search(searcher, text)):
                continue
            return replace(
                fact,
                id=f"{fact.id}-twin",
                text=text,
                gold=(),
                answers=(),
                answerable=False,
                facets=(("made", made), ("how", _HOW[made]), ("twin of", fact.id)),
            )
    return None


def _search(searcher: Searcher, text: str) -> Sequence[Hit]:
    try:
        return searcher.search(text, k=_LOOKED_AT).hits
    except QuestionRejected:
        return ()


def _answers_too(hit: Hit, text: str, answer: str) -> bool:
    passage = f"{hit.article.title} {hit.chunk.text}"
    if not answer:
        return _share(text, passage) >= _SAME_TITLE
    return contains(passage, [answer]) and _share(text, passage) >= _SAME


def _mentions(hit: Hit, text: str, changed: str) -> bool:
    passage = f"{hit.article.title} {hit.chunk.text}"
    return changed in passage and _share(text, passage) >= _SAME


def _says(hit: Hit, sentence: str) -> bool:
    return " ".join(sentence.split()) in " ".join(hit.chunk.text.split())


def _share(question: str, passage: str) -> float:
    """The share of the question's words, those of asking left out, that the passage holds."""
    wanted = set(folded_syllables(question)) - _ASKING
    return len(wanted & set(folded_syllables(passage))) / len(wanted) if wanted else 0.0


def _other_years(year: str, rng: random.Random) -> list[str]:
    offsets = [-3, -2, -1, 1, 2, 3]
    return [str(int(year) + offset) for offset in rng.sample(offsets, _TRIES)]


def _other_provinces(province: str, rng: random.Random) -> list[str]:
    others = [name for name in _PROVINCE_NAMES.split("|") if name != province]
    return rng.sample(others, _TRIES)


def _title_counts(articles: Sequence[Article]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for article in articles:
        name = _known_as(article.title)
        counts[name] = counts.get(name, 0) + 1
    return counts


def _known_as(title: str) -> str:
    return " ".join(folded_syllables(title))


_TWINS: tuple[tuple[str, re.Pattern[str], Callable[[str, random.Random], list[str]]], ...] = (
    ("other year", _YEAR, _other_years),
    ("other province", _PROVINCE, _other_provinces),
)

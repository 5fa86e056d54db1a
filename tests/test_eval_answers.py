from __future__ import annotations

from eval.answers import NAMES, answer_scores, has_answers, says_gold, unsupported_claims
from eval.scores import scores
from eval.types import Cited, Given, Judgment, Question, Result, Run, Stated

ASKED = Question("1", "?", (Judgment("a"), Judgment("b"), Judgment("z", 0)), ("392 cuộc",))


def cited(article: str, quote: str, *evidence: int, verbatim: bool = True) -> Cited:
    return Cited(article, 0, len(quote), quote, verbatim, evidence)


def given(*claims: Stated, answered: bool = True, short: str | None = None) -> Given:
    return Given(answered, 0.5, short, claims, 0.1)


def run_of(*results: Result) -> Run:
    return Run("d", None, "", "2026-01-01", 10, "e", 1, None, results=results)


def test_the_scores_of_an_answer_by_hand() -> None:
    answer = given(
        Stated("Một.", True, (cited("c", "Tỉnh họp."),)),
        Stated("Hai.", False, (cited("a", "Đã tổ chức 392 cuộc.", 0, verbatim=False),)),
        short="392",
    )
    scored = answer_scores(run_of(Result(ASKED, "?", 0.1, given=answer)))
    assert {name: values["1"] for name, values in scored.items()} == {
        "Cited": 1.0,
        "Cited@1": 0.0,
        "EM": 0.0,
        "F1": 2 / 3,
        "CiteP": 0.5,
        "CiteR": 0.5,
        "Supported": 0.5,
        "Verbatim": 0.5,
        "Answered": 1.0,
    }


def test_an_answerable_question_left_unanswered_scores_zero() -> None:
    silent = given(answered=False)
    run = run_of(Result(ASKED, "?", 0.1, given=silent))
    scored = answer_scores(run)
    assert set(scored) == {"Cited", "Cited@1", "EM", "F1", "CiteP", "CiteR", "Answered"}
    assert all(values == {"1": 0.0} for values in scored.values())


def test_what_an_abstention_would_have_cited_does_not_count() -> None:
    claim = Stated("Hai.", True, (cited("a", "392 cuộc", 0),))
    result = Result(ASKED, "?", 0.1, given=given(claim, answered=False, short="392 cuộc"))
    scored = answer_scores(run_of(result))
    assert not says_gold(result)
    for name in ("Cited", "Cited@1", "EM", "F1", "CiteP", "CiteR", "Answered"):
        assert scored[name] == {"1": 0.0}


def test_questions_without_an_answer_are_scored_by_silence_alone() -> None:
    impossible = Question("9", "?", answerable=False)
    loud = Result(impossible, "?", 0.1, given=given(Stated("x", True)))
    silent = Result(Question("8", "?", answerable=False), "?", 0.1, given=given(answered=False))
    scored = answer_scores(run_of(loud, silent))
    assert scored == {"Supported": {"9": 1.0}, "Abstained": {"9": 0.0, "8": 1.0}}


def test_a_run_of_searches_has_no_answers() -> None:
    run = run_of(Result(ASKED, "?", 0.1))
    assert not has_answers(run)
    assert answer_scores(run) == {}
    assert scores(run, NAMES) == {}


def test_unsupported_claims_are_counted_over_all_answers() -> None:
    claims = (Stated("a", False), Stated("b", True), Stated("c", False))
    other = Question("9", "?", answerable=False)
    run = run_of(
        Result(ASKED, "?", 0.1, given=given(*claims)),
        Result(other, "?", 0.1, given=given(Stated("d", False))),
        Result(Question("3", "?"), "?", 0.1),
    )
    assert unsupported_claims(run) == 3

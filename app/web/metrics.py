"""What Prometheus can read. No label ever holds a question, an address or a user."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one server; each server has its own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hoidap_http_requests",
            "HTTP requests by route and status class.",
            ["route", "status"],
            registry=self.registry,
        )
        self.answers = Counter(
            "hoidap_answers", "Answers by outcome.", ["outcome"], registry=self.registry
        )
        self.refused = Counter(
            "hoidap_refused", "Requests refused, by reason.", ["reason"], registry=self.registry
        )
        self.unsupported = Counter(
            "hoidap_unsupported_claims",
            "Claims that were shown as not verified.",
            registry=self.registry,
        )
        self.feedback = Counter(
            "hoidap_feedback", "Readers' judgments.", ["verdict"], registry=self.registry
        )
        self.first_words = Histogram(
            "hoidap_first_words_seconds",
            "Question to the first words of the answer.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.whole_answer = Histogram(
            "hoidap_answer_seconds",
            "Question to the whole answer.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.asking = Gauge(
            "hoidap_questions_in_progress",
            "Questions that run or wait.",
            registry=self.registry,
        )
        self.generation = Gauge(
            "hoidap_index_generation", "Generation of the index.", registry=self.registry
        )
        self.articles = Gauge(
            "hoidap_index_articles", "Articles in the index.", registry=self.registry
        )

    def text(self) -> bytes:
        return generate_latest(self.registry)

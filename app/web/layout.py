"""The components of the chat page and where they stand; what they do is in events.py.

Only Markdown, never gr.HTML: that one evaluates templates, which our policy forbids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr
from gradio.components.chatbot import ExampleMessage

from app.front import Front
from app.web import markup
from app.web.chips import NAME_CHIPS
from app.words import Words


@dataclass(frozen=True, slots=True)
class Layout:
    """The components that events read or change.

    ``conversation``, ``only`` (the one article to ask) and ``again`` (a question to ask once more,
    less of it understood) are what page.js reads and writes, ``opened``, ``narrowed`` and
    ``asked_again`` the buttons that only it presses: Gradio's own way, ``js=``, needs eval, which
    our policy forbids. ``judged`` is the answer that a thumb was put to.
    """

    chat: gr.Chatbot
    cards: gr.Markdown
    front: gr.Markdown
    question: gr.Textbox
    chips: tuple[gr.Button, ...]
    since: gr.Textbox
    until: gr.Textbox
    sources: gr.Dropdown
    authors: gr.Dropdown
    reason_row: gr.Row
    reason: gr.Textbox
    send_reason: gr.Button
    conversation: gr.Textbox
    only: gr.Textbox
    judged: gr.JSON
    opened: gr.Button
    narrowed: gr.Button
    again: gr.Textbox
    asked_again: gr.Button

    @property
    def limits(self) -> list[gr.components.Component]:
        """What the reader has limited the search to, in the order of `chips.filters_from`."""
        return [self.since, self.until, self.sources, self.authors, self.only]

    @property
    def talk(self) -> list[gr.components.Component]:
        """What an exchange changes."""
        return [self.chat, self.cards, self.question, self.conversation]


def lay_out(words: Words, front: Front, *, question_limit: int) -> Layout:
    """Put the components into the open Blocks."""
    with gr.Sidebar(open=False, width=300, elem_id="earlier"):
        gr.Markdown('<div id="conversations"></div>')
    gr.Markdown(_masthead(words), elem_id="masthead")
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=5, min_width=300, elem_id="talk"):
            chat = _chat(words, front.examples)
            with gr.Row(visible=False, elem_id="reason") as reason_row:
                reason = gr.Textbox(
                    label=words.reason, placeholder=words.reason_hint, max_length=500, scale=5
                )
                send_reason = gr.Button(words.send, scale=0, min_width=80)
            with gr.Row(elem_id="chips"):
                chips = tuple(
                    gr.Button(visible=False, size="sm", min_width=40, elem_classes="chip")
                    for _ in range(3 + 2 * NAME_CHIPS)
                )
            question = _question(words, question_limit)
            with gr.Accordion(words.filters, open=False, elem_id="filters"), gr.Row():
                since = _day(words.since, words)
                until = _day(words.until, words)
                sources = _names(words.sources_filter, front.sources)
                # There may be more authors than a list is good for: any name can be typed.
                authors = _names(words.authors_filter, front.authors, typed=True)
        with gr.Column(scale=4, min_width=300, elem_id="beside"):
            cards = gr.Markdown(markup.cards((), words), elem_id="cards")
            newest = gr.Markdown(markup.front(front, words), elem_id="front")
    return Layout(
        chat=chat,
        cards=cards,
        front=newest,
        question=question,
        chips=chips,
        since=since,
        until=until,
        sources=sources,
        authors=authors,
        reason_row=reason_row,
        reason=reason,
        send_reason=send_reason,
        conversation=gr.Textbox(visible="hidden", elem_id="hoidap-conversation"),
        only=gr.Textbox(visible="hidden", elem_id="hoidap-only"),
        judged=gr.JSON(visible=False),
        opened=gr.Button(visible="hidden", elem_id="hoidap-open"),
        narrowed=gr.Button(visible="hidden", elem_id="hoidap-narrow"),
        again=gr.Textbox(visible="hidden", elem_id="hoidap-again"),
        asked_again=gr.Button(visible="hidden", elem_id="hoidap-ask-again"),
    )


def _chat(words: Words, examples: Sequence[str]) -> gr.Chatbot:
    """Markdown without tags of its own, formulas or links to share."""
    return gr.Chatbot(
        elem_id="chat",
        label=words.name,
        show_label=False,
        height="100%",
        layout="panel",
        buttons=[],
        autoscroll=False,  # page.js keeps the question in view, not the end of its answer
        allow_tags=False,
        latex_delimiters=[],
        placeholder=f"<h2>{words.welcome}</h2>",
        examples=offered(examples),
    )


def offered(questions: Sequence[str]) -> list[ExampleMessage]:
    """Questions as Gradio takes its examples."""
    return [{"text": text, "display_text": text} for text in questions]


def _question(words: Words, limit: int) -> gr.Textbox:
    return gr.Textbox(
        placeholder=words.placeholder,
        label=words.question_label,
        show_label=False,
        max_lines=5,
        max_length=limit,
        submit_btn=True,
        autofocus=True,
        elem_id="question",
    )


def _day(label: str, words: Words) -> gr.Textbox:
    return gr.Textbox(label=label, placeholder=words.day_hint, max_length=10, min_width=120)


def _names(label: str, names: Sequence[str], *, typed: bool = False) -> gr.Dropdown:
    return gr.Dropdown(
        list(names),
        label=label,
        multiselect=True,
        value=[],
        min_width=200,
        allow_custom_value=typed,
    )


def _masthead(words: Words) -> str:
    other = "en" if words.lang == "vi" else "vi"
    return (
        f'<header><h1><a href="{words.root}">{words.name}</a></h1><p>{words.tagline}</p>'
        f'<nav><a class="new" href="#new">{words.new}</a>'
        f'<a href="{words.root}articles">{words.corpus}</a>'
        f'<a href="{words.other_root}?lang={other}" hreflang="{other}" lang="{other}">'
        f"{words.other_name}</a></nav></header>"
    )

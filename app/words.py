"""What readers are told, in Vietnamese and in English. Nothing here comes from an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """``root`` is the address of the page in this language; texts in braces are filled in.

    ``point`` and ``thousands`` are what a number is written with, ``day_form`` what a day is, as
    `strftime` takes it.
    """

    lang: str
    root: str
    other_root: str
    other_name: str
    point: str
    thousands: str
    day_form: str
    name: str
    tagline: str
    placeholder: str
    question_label: str
    welcome: str
    examples: str
    searching: str
    stopped: str
    unanswered: str
    found: str
    nothing_found: str
    abstained: str
    nearest: str
    understood: str
    unverified: str
    why: str
    why_text: str
    sure: str
    unsure: str
    scores: str
    matched: str
    together: str
    copy: str
    sources: str
    no_cards: str
    newest_articles: str
    whole_archive: str
    read: str
    original: str
    only_this: str
    back: str
    empty_question: str
    long_question: str
    busy: str
    failed: str
    away: str
    reason: str
    reason_hint: str
    send: str
    thanks: str
    filters: str
    since: str
    until: str
    day_hint: str
    bad_day: str
    sources_filter: str
    source: str
    authors_filter: str
    author: str
    corpus: str
    new: str
    ask: str
    earlier_version: str
    login: str
    login_failed: str
    user_name: str
    password: str
    enter: str
    missing: str
    missing_hint: str
    number_of_articles: str
    number_of_stories: str
    newest: str
    oldest: str
    undated: str
    by_month: str
    by_year: str
    before: str
    by_source: str
    more_sources: str
    articles: str
    untitled: str
    newer: str
    older: str
    page_of: str
    pages: str
    rejected: str
    too_often: str
    stopping: str
    nothing_about: str
    says_little: str
    near: str
    near_lacks: str
    year: str
    none_passes: str
    unmet: str
    of_day: str
    of_days: str
    from_day: str
    to_day: str
    of_sources: str
    of_authors: str
    of_ids: str
    conflict: str
    as_of: str
    as_of_undated: str
    model_failed: str
    model_silent: str
    model_unsupported: str

    def decimal(self, value: float, digits: int) -> str:
        """A number as it is written in this language."""
        return f"{value:.{digits}f}".replace(".", self.point)

    def day(self, value: date) -> str:
        """A day as a sentence names it."""
        return value.strftime(self.day_form)

    def count(self, value: int) -> str:
        return f"{value:,}".replace(",", self.thousands)


VI = Words(
    lang="vi",
    root="/",
    other_root="/en/",
    other_name="English",
    point=",",
    thousands=".",
    day_form="%-d/%-m/%Y",
    name="Hỏi Đáp",
    tagline="Hỏi kho tin, thấy đúng câu đã trả lời.",
    placeholder="Hỏi về tin trong kho…",
    question_label="Câu hỏi",
    welcome="Bạn muốn biết điều gì?",
    examples="Thử hỏi",
    searching="Đang tìm…",
    stopped="Đã dừng.",
    unanswered="Chưa trả lời được",
    found="Tìm được {passages} đoạn trong {articles} bài · {seconds} giây",
    nothing_found="Không có đoạn nào khớp.",
    abstained="Kho bài không có câu trả lời cho câu hỏi này.",
    nearest="Những bài gần nhất:",
    understood="Đã hiểu là:",
    unverified="chưa kiểm chứng",
    why="Vì sao?",
    why_text="Những đoạn xếp đầu, theo độ gần nghĩa và theo từ khớp với câu hỏi:",
    sure="Khả năng những câu này trả lời đúng câu hỏi, theo ước lượng của máy: {percent}%.",
    unsure="Khả năng trả lời đúng chỉ khoảng {percent}%, quá thấp để đưa ra câu trả lời.",
    scores="gần nghĩa {dense} · khớp từ {lexical}",
    matched="từ khớp:",
    together="{count} báo cùng đưa:",
    copy="Chép câu trả lời",
    sources="Nguồn đã dẫn",
    no_cards="Các bài được dẫn sẽ hiện ở đây.",
    newest_articles="Mới trong kho",
    whole_archive="Xem cả kho: {count} bài",
    read="Đọc cả bài",
    original="Trang gốc",
    only_this="Chỉ bài này",
    back="Về câu trả lời",
    empty_question="Bạn hãy gõ một câu hỏi.",
    long_question="Câu hỏi dài quá: nhiều nhất {limit} ký tự.",
    busy="Đang có nhiều người hỏi cùng lúc. Xin thử lại sau {seconds} giây.",
    failed="Có lỗi khi trả lời. Lỗi đã được ghi lại với mã {request}.",
    away="Kho bài báo không trả lời. Câu hỏi không mất; xin hỏi lại sau ít phút.",
    reason="Vì sao bạn đánh giá như vậy?",
    reason_hint="Không bắt buộc",
    send="Gửi",
    thanks="Cảm ơn bạn.",
    filters="Bộ lọc",
    since="Từ ngày",
    until="Đến ngày",
    day_hint="ví dụ 31/12/2024",
    bad_day="Không hiểu ngày này. Xin viết như 31/12/2024.",
    sources_filter="Nguồn",
    source="Nguồn",
    authors_filter="Tác giả",
    author="Tác giả",
    corpus="Kho bài",
    new="Cuộc trò chuyện mới",
    ask="Hỏi",
    earlier_version="Đây là bản cũ của bài, bản mà câu trả lời đã dẫn.",
    login="Đăng nhập",
    login_failed="Tên hoặc mật khẩu không đúng.",
    user_name="Tên",
    password="Mật khẩu",
    enter="Vào",
    missing="Không có trang này",
    missing_hint="Bài có thể đã được gỡ khỏi kho.",
    number_of_articles="Số bài",
    number_of_stories="Số tin",
    newest="Mới nhất",
    oldest="Cũ nhất",
    undated="Không rõ ngày",
    by_month="Theo tháng",
    by_year="Theo năm",
    before="Trước {when}: {count} bài",
    by_source="Theo nguồn",
    more_sources="và {count} nguồn khác",
    articles="Các bài",
    untitled="Không có tiêu đề",
    newer="Mới hơn",
    older="Cũ hơn",
    page_of="Trang {page}/{pages}",
    pages="Các trang",
    rejected="{count} mục đã bị loại khi lập chỉ mục",
    too_often="Bạn đang hỏi quá nhanh. Xin thử lại sau {seconds} giây.",
    stopping="Máy chủ đang dừng. Xin thử lại sau ít phút.",
    nothing_about="Không có bài nào nói về điều này.",
    says_little="Câu hỏi chưa nói đến điều gì cụ thể. Xin thêm vài từ.",
    near="Có bài nói về điều gần với câu hỏi, nhưng không có câu nào trả lời.",
    near_lacks="Có bài nói về điều gần với câu hỏi, nhưng không nói đến {what}.",
    year="năm {year}",
    none_passes="Không có bài nào {which}.",
    unmet="Không có bài nào {which}, nên giới hạn này được bỏ qua.",
    of_day="đăng ngày {day}",
    of_days="đăng từ {first} đến {last}",
    from_day="đăng từ {day}",
    to_day="đăng đến {day}",
    of_sources="của {names}",
    of_authors="do {names} viết",
    of_ids="có mã {names}",
    conflict="Các bài đưa số liệu khác nhau: {figures}.",
    as_of="Tính đến ngày {day}, theo bài “{title}”.",
    as_of_undated="Theo bài “{title}”, không rõ ngày đăng.",
    model_failed="Mô hình ngôn ngữ không trả lời được; đây là các câu trích nguyên văn.",
    model_silent="Mô hình ngôn ngữ không tìm thấy câu trả lời; đây là các câu trích nguyên văn.",
    model_unsupported="Câu trả lời của mô hình ngôn ngữ không được các bài chứng thực; "
    "đây là các câu trích nguyên văn.",
)

EN = Words(
    lang="en",
    root="/en/",
    other_root="/",
    other_name="Tiếng Việt",
    point=".",
    thousands=",",
    day_form="%-d %B %Y",
    name="Hỏi Đáp",
    tagline="Ask the archive, see the very sentence that answers.",
    placeholder="Ask about the news in here…",
    question_label="Question",
    welcome="What would you like to know?",
    examples="Try asking",
    searching="Searching…",
    stopped="Stopped.",
    unanswered="Not answered",
    found="Found {passages} passages in {articles} articles · {seconds} s",
    nothing_found="No passage matches.",
    abstained="The archive does not answer this question.",
    nearest="The nearest articles:",
    understood="Understood as:",
    unverified="not verified",
    why="Why?",
    why_text="The passages ranked first, by meaning and by the words that match the question:",
    sure="How likely these sentences answer the question, as the machine estimates: {percent}%.",
    unsure="A right answer is only about {percent}% likely, which is too little to give one.",
    scores="meaning {dense} · words {lexical}",
    matched="matched:",
    together="{count} newspapers tell it:",
    copy="Copy the answer",
    sources="Sources cited",
    no_cards="The articles that are cited will appear here.",
    newest_articles="New in the archive",
    whole_archive="See the whole archive: {count} articles",
    read="Read the article",
    original="Original page",
    only_this="Only this article",
    back="Back to the answer",
    empty_question="Please type a question.",
    long_question="The question is too long: {limit} characters at most.",
    busy="Many people are asking at once. Please try again in {seconds} seconds.",
    failed="Something failed while answering. It was logged under {request}.",
    away="The archive's store does not answer. Please ask again in a few minutes.",
    reason="Why do you judge it so?",
    reason_hint="Optional",
    send="Send",
    thanks="Thank you.",
    filters="Filters",
    since="From",
    until="To",
    day_hint="e.g. 31/12/2024",
    bad_day="This is not a day that I can read. Write it like 31/12/2024.",
    sources_filter="Sources",
    source="Source",
    authors_filter="Authors",
    author="Author",
    corpus="Archive",
    new="New conversation",
    ask="Ask",
    earlier_version="This is an earlier version of the article, the one that the answer cites.",
    login="Log in",
    login_failed="The name or the password is wrong.",
    user_name="Name",
    password="Password",
    enter="Log in",
    missing="There is no such page",
    missing_hint="The article may have been removed from the archive.",
    number_of_articles="Articles",
    number_of_stories="Stories",
    newest="Newest",
    oldest="Oldest",
    undated="Undated",
    by_month="By month",
    by_year="By year",
    before="Before {when}: {count} articles",
    by_source="By source",
    more_sources="and {count} more sources",
    articles="Articles",
    untitled="Untitled",
    newer="Newer",
    older="Older",
    page_of="Page {page} of {pages}",
    pages="Pages",
    rejected="{count} items were rejected when indexing",
    too_often="You are asking too quickly. Please try again in {seconds} seconds.",
    stopping="The server is stopping. Please try again in a few minutes.",
    nothing_about="No article speaks of this.",
    says_little="The question names nothing to look for. Please add a few words.",
    near="There is an article about something near, but no sentence of it answers.",
    near_lacks="There is an article about something near, but it does not speak of {what}.",
    year="the year {year}",
    none_passes="No article is {which}.",
    unmet="No article is {which}, so this limit was left out.",
    of_day="dated {day}",
    of_days="dated {first} to {last}",
    from_day="dated {day} or later",
    to_day="dated {day} or earlier",
    of_sources="from {names}",
    of_authors="written by {names}",
    of_ids="called {names}",
    conflict="The articles give different figures: {figures}.",
    as_of="As of {day}, according to “{title}”.",
    as_of_undated="According to “{title}”, which bears no date.",
    model_failed="The language model did not answer; these are verbatim sentences.",
    model_silent="The language model found no answer; these are verbatim sentences.",
    model_unsupported="The articles do not support what the language model answered; "
    "these are verbatim sentences.",
)


def words_for(lang: str | None) -> Words:
    """Vietnamese unless English is asked for."""
    return EN if lang == "en" else VI

"""What the page systems of Vietnamese newspapers leave between the lines of an article.

Everything here is about whole lines, and about wording that is common to many sites. A line that
could be an article's own is left alone: removing less is better.
"""

from __future__ import annotations

import re


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(phrase for cell in re.split(r"[|\n]", listed) if (phrase := cell.strip()))


_LIST_HEADINGS = _phrases(
    """
    các tin khác|tin khác|các tin đã đưa|tin đã đưa|các bài khác|các bài viết khác|bài viết khác
    các tin khác cùng chuyên mục|tin cùng chuyên mục|bài cùng chuyên mục|cùng chuyên mục
    tin cùng chủ đề|cùng chủ đề|tin liên quan|các tin liên quan|bài liên quan|bài viết liên quan
    tin bài liên quan|các bài liên quan|tin bài khác|tin tức khác|tin tức liên quan
    có thể bạn quan tâm|bạn có thể quan tâm|bài đọc nhiều|đọc nhiều|đọc nhiều nhất|tin đọc nhiều
    xem nhiều|xem nhiều nhất|tin xem nhiều|được quan tâm|tin nổi bật|tin tiêu điểm|tiêu điểm
    tin mới|tin mới nhất|tin tức mới nhất|mới nhất|tin nóng|tin trong ngày|tin mới cập nhật
    tin mới hơn|tin cũ hơn|các tin mới hơn|các tin cũ hơn|những tin mới hơn|những tin cũ hơn
    tin tiếp theo|bài tiếp theo|tin trước|bài trước|xem thêm|đọc thêm|xem tiếp|đọc tiếp
    bình luận|ý kiến bạn đọc|ý kiến của bạn|gửi bình luận|viết bình luận|phản hồi|gửi phản hồi
    thăm dò ý kiến|thống kê truy cập|lượt truy cập|liên kết website|liên kết web|thư viện ảnh
    related articles|related news|most read|latest news|comments
    """
)
"""Headings of lists of other articles and of comments."""

_LEFTOVERS = _phrases(
    """
    gửi cho bạn bè|gửi cho bạn|gửi email|gửi bài viết|hãy chia sẻ với bạn bè|chia sẻ
    chia sẻ bài viết|chia sẻ lên facebook|chia sẻ facebook|chia sẻ qua email|trả lời|thích
    thảo luận|gửi|đóng|tắt
    tắt [x|[x|x|in|in bài|in bài viết|in trang|in trang này|bản in|về đầu trang|lên đầu trang
    trở về|quay lại|trở lại|về trang trước|về trang chủ|trang chủ|đăng nhập|đăng ký|tìm kiếm|menu
    lưu|lưu bài viết|lưu bài|lưu bài viết thành công|xem tin theo ngày|theo dõi|theo dõi chúng tôi
    facebook|twitter|zalo|google|google+|linkedin|pinterest|email|youtube|tiktok|messenger|print
    copy link|sao chép liên kết|sao chép link|copy|link|nghe đọc bài|nghe bài viết|đọc bài viết
    nghe audio|nghe|quảng cáo|advertisement|mask|loading|đang tải|vui lòng gõ tiếng việt có dấu
    ý kiến của bạn sẽ được biên tập trước khi đăng|cỡ chữ|a- a a+|a a a|giảm cỡ chữ|tăng cỡ chữ
    ý kiến của bạn sẽ được biên tập trước khi đăng. vui lòng gõ tiếng việt có dấu
    ý kiến của bạn sẽ được biên tập trước khi đăng. xin vui lòng gõ tiếng việt có dấu
    đánh giá bài viết|click để đánh giá bài viết|mã bảo mật|mã xác nhận
    họ và tên|nhập bình luận|share|like|tweet|reply|send|back to top|nguồn: [link nguồn
    """
)
"""Buttons, forms and notices, each alone on its line."""

_SECTIONS = _phrases(
    """
    trang chủ|thời sự|chính trị|xã hội|kinh tế|văn hóa|văn hoá|thể thao|giải trí|giáo dục
    sức khỏe|sức khoẻ|y tế|pháp luật|thế giới|quốc tế|trong nước|trong tỉnh|đời sống|du lịch
    khoa học|công nghệ|xe|ô tô|bạn đọc|tâm sự|video|podcast|ảnh|infographic|multimedia|media
    megastory|e-magazine|địa phương|an ninh|quốc phòng|an ninh - quốc phòng|đối ngoại
    bất động sản|tài chính|chứng khoán|kinh doanh|doanh nghiệp|nông nghiệp|nông thôn mới
    môi trường|giao thông|tin tức|sự kiện|tin tức - sự kiện|xây dựng đảng|đảng - chính quyền
    tiêu điểm|phóng sự|ký sự|góc nhìn|ý kiến|bình luận|diễn đàn|nhịp sống|gia đình|giới trẻ
    lao động|công đoàn|việc làm|khoa học - công nghệ|văn hóa - xã hội|chính trị - xã hội
    văn hóa - thể thao|giới thiệu|liên hệ|văn nghệ|báo in|rss|home|news|sports|business|english
    """
)
"""Names of a newspaper's sections: a line of nothing else is a menu."""

_COUNTER = re.compile(
    r"(?:(?:số )?(?:lượt|lần) )?(?:đã )?(?:xem|đọc|thích|chia sẻ|truy cập)\W*\d[\d., ]*"
    r"|\(?\d[\d.,]* (?:lượt xem|lượt đọc|lượt thích|bình luận|views?|comments?|likes?|shares?)\)?"
    r"|(?:shares?|likes?|thích|chia sẻ|bình luận)\W*\d+\W*"
    r"|(?:tags?|từ khóa|từ khoá|thẻ)(?: tìm kiếm)?\s*:.{0,300}"
    r"|theo dõi .{2,60} trên (?:google news|google|facebook|zalo|youtube|tiktok).{0,20}"
    r"|tổng số điểm của bài viết là.{0,60}|xếp hạng: .{0,60}phiếu bầu"
    r"|bạn đã không sử dụng site, bấm vào đây.{0,120}",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"[\W\d_]*(?:(?:\{\{?\s*[\w.]+\s*\}?\}|<%.{1,40}%>)[\W\d_]*)+")
_MENU_MARK = re.compile(r"\s*[|›»>•·/]\s*|\s{2,}")


_COUNT = re.compile(r"\W*\d+\W*$")
_LONGEST = 400


def _bare(line: str) -> str:
    """Lower case, without punctuation at the ends: how lines are compared."""
    return line[:_LONGEST].casefold().strip(" \t.,:;!?…*-–—_=>»›«<|/\\()[]{}•·→▶►▼▲+\"'“”")


def is_list_heading(line: str) -> bool:
    """Whether ``line`` announces other articles or comments: "Các tin khác", "Bình luận (3)"."""
    return _COUNT.sub("", _bare(line)) in _LIST_HEADINGS


def is_leftover(line: str) -> bool:
    """Whether ``line`` is a button, a counter, a form, a template or nothing but signs."""
    line = line.strip()
    if len(line) > _LONGEST:
        return False
    if len(line) == 1 or not any(character.isalnum() for character in line):
        return not line.isdigit()
    if _bare(line) in _LEFTOVERS:
        return True
    return bool(_COUNTER.fullmatch(line) or _TEMPLATE.fullmatch(line))


def is_menu(line: str) -> bool:
    """Whether ``line`` names sections of the site and hardly anything else."""
    if _bare(line) in _SECTIONS:
        return True
    named = [part.strip(" :").casefold() for part in _MENU_MARK.split(line[:_LONGEST])]
    parts = [part for part in named if part]
    return len(parts) > 1 and sum(part in _SECTIONS for part in parts) > len(parts) / 2

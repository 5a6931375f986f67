"""What stands around an article: menus, counters, lists of other pages, forms, footers.

Belongs here: the lines of a site's furniture and the headlines of other pages, many with figures that are no facts of
this page. Does not belong here: the article, or markup (`html`).
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from kpi_pipeline_tests.page_generator.places import homes, invented_name

N_SITES = 12
_MENU = (
    "Trang chủ", "Chính trị", "Xây dựng Đảng", "Kinh tế", "Nông nghiệp", "Công nghiệp", "Giao thông", "Văn hóa",
    "Xã hội", "Giáo dục", "Y tế", "Quốc phòng - An ninh", "Pháp luật", "Thể thao", "Du lịch", "Khoa học",
    "Chuyển đổi số", "Thế giới", "Bạn đọc", "Đất và người", "Phóng sự", "Ảnh", "Video", "Podcast", "Infographic",
    "Báo in", "Thời tiết", "Lịch công tác", "Văn bản mới", "Công dân hỏi", "Thủ tục hành chính", "Dự án", "Quy hoạch",
    "Đấu thầu", "Tuyển dụng", "Liên hệ",
)  # fmt: skip
_SHARING = ("Chia sẻ", "Facebook", "Zalo", "In trang", "Gửi email", "Nghe bài viết", "Cỡ chữ")


@dataclass(frozen=True)
class Site:
    """The furniture that all pages of one site share."""

    name: str
    menu: tuple[str, ...]
    places: tuple[str, ...]
    footer: tuple[str, ...]


@lru_cache(maxsize=N_SITES)
def site(number: int) -> Site:
    """One of the sites, always the same for a number."""
    rng = Random(f"site-{number}")
    name = rng.choice(("Báo điện tử", "Cổng thông tin điện tử", "Trang thông tin điện tử")) + f" {invented_name(rng)}"
    menu = (_MENU[0], *rng.sample(_MENU[1:], rng.randint(14, 30)))
    places = tuple(home.name for home in homes()) if rng.random() < 0.4 else ()
    footer = (
        f"Cơ quan chủ quản: {name}",
        f"Giấy phép số {rng.randint(10, 900)}/GP-TTĐT do Bộ Thông tin và Truyền thông cấp ngày"
        f" {rng.randint(1, 28)}/{rng.randint(1, 12)}/2019",
        f"Địa chỉ: Số {rng.randint(1, 300)} đường {invented_name(rng)}",
        f"Điện thoại: 02{rng.randint(10, 99)}.3{rng.randint(100, 999)}.{rng.randint(100, 999)} - Fax:"
        f" 02{rng.randint(10, 99)}.3{rng.randint(100000, 999999)}",
        f"© Bản quyền thuộc về {name}. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.",
    )
    return Site(name, menu, places, footer)


def headlines(rng: Random, number: int) -> list[str]:
    """Headlines of other pages, some with ratings of other bodies."""
    found = []
    for _ in range(number):
        name, other = rng.choice(homes()).name, invented_name(rng)
        low = rng.randint(70, 99)
        found.append(
            rng.choice(
                (
                    f"{name}: {low},{rng.randint(1, 9)}% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ",
                    f"Đảng bộ huyện {other} kết nạp {rng.randint(40, 400)} đảng viên mới",
                    f"{name} có {low}% đảng viên hoàn thành tốt nhiệm vụ trở lên",
                    f"Thu ngân sách {name} vượt {rng.randint(2, 40)}% dự toán",
                    f"Khởi công tuyến đường {rng.randint(20, 900)} tỷ đồng tại huyện {other}",
                    f"Huyện {other} đẩy mạnh chuyển đổi số trong cơ quan nhà nước",
                    f"Gặp mặt các đồng chí nguyên lãnh đạo huyện {other}",
                    f"Xã {other} về đích nông thôn mới nâng cao",
                )
            )
        )
    return list(dict.fromkeys(found))


def counters(rng: Random) -> list[str]:
    """Lines of a counter of visits."""
    return [
        f"Hôm nay: {rng.randint(100, 9000)}",
        f"Tất cả: {rng.randint(10**5, 10**7)}",
        f"Đang truy cập: {rng.randint(2, 400)}",
    ]


def sharing(rng: Random) -> list[str]:
    """Buttons under an article."""
    return rng.sample(_SHARING, 3)


def related_head(rng: Random) -> str:
    """The head of a list of other pages that ends an article."""
    return rng.choice(("Tin cùng chuyên mục", "Các tin khác", "Tin mới nhất", "Tin đọc nhiều", "Tin liên quan"))

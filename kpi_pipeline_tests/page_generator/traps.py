"""Sentences that state no fact of the record, most of them with numbers: dates, money, ranks, changes, plan percents.

Belongs here: what stands between the results of a report, and whole pages of other news. Does not belong here: menus,
counters and lists of other pages around an article (`furniture`).
"""

from random import Random

from kpi_pipeline_tests.page_generator.places import invented_name


def _decimal(rng: Random, low: float, high: float, digits: int = 1) -> str:
    return f"{rng.uniform(low, high):.{digits}f}".replace(".", ",")


def _thousands(rng: Random, low: int, high: int) -> str:
    return f"{rng.randint(low, high):,}".replace(",", ".")


def economy(rng: Random, year: int) -> str:
    """Growth, budget, poverty."""
    return rng.choice(
        (
            f"Tốc độ tăng trưởng GRDP năm {year} đạt {_decimal(rng, 4, 12)}%, thu ngân sách đạt"
            f" {_thousands(rng, 1200, 30000)} tỷ đồng, bằng {rng.randint(92, 130)}% dự toán.",
            f"Tỷ lệ hộ nghèo giảm còn {_decimal(rng, 0.5, 9, 2)}%, thu nhập bình quân đầu người đạt"
            f" {_decimal(rng, 30, 90)} triệu đồng/năm.",
            f"Tổng vốn đầu tư công năm {year} là {_thousands(rng, 900, 9000)} tỷ đồng, đến nay đã giải ngân"
            f" {_decimal(rng, 40, 98)}% kế hoạch.",
            f"Kim ngạch xuất khẩu đạt {rng.randint(80, 950)} triệu USD, tăng {_decimal(rng, 1, 20)}% so với cùng kỳ.",
            f"Diện tích gieo trồng lúa đạt {_thousands(rng, 2000, 90000)} ha, năng suất bình quân"
            f" {_decimal(rng, 45, 70)} tạ/ha.",
        )
    )


def document(rng: Random, year: int) -> str:
    """Numbers and days of documents."""
    return rng.choice(
        (
            f"Việc đánh giá được thực hiện theo Hướng dẫn số {rng.randint(10, 40)}-HD/BTCTW ngày"
            f" {rng.randint(1, 28):02d}/{rng.randint(1, 12)}/{year - 1} của Ban Tổ chức Trung ương.",
            f"Căn cứ Quyết định số {rng.randint(100, 3000)}/QĐ-UBND ngày"
            f" {rng.randint(1, 28)}-{rng.randint(1, 12)}-{year},"
            " các cơ quan đã tổ chức kiểm điểm nghiêm túc.",
            f"Các cấp ủy tiếp tục thực hiện Nghị quyết Trung ương {rng.randint(4, 8)} khóa XII và Chỉ thị số"
            f" 0{rng.randint(3, 9)}-CT/TW của Bộ Chính trị.",
        )
    )


def rank(rng: Random, year: int) -> str:
    """Ranks and scores of another scale."""
    return rng.choice(
        (
            f"Chỉ số cải cách hành chính năm {year} đạt {_decimal(rng, 75, 95, 2)} điểm, xếp thứ"
            f" {rng.randint(2, 60)}/63 tỉnh, thành phố.",
            f"Chỉ số năng lực cạnh tranh của tỉnh xếp thứ {rng.randint(2, 60)} toàn quốc, tăng"
            f" {rng.randint(2, 9)} bậc.",
        )
    )


def event(rng: Random, year: int) -> str:
    """Days, hours, phones, attendance, no rating."""
    day, month = rng.randint(1, 28), rng.randint(1, 12)
    return rng.choice(
        (
            f"Sáng {day}/{month}, hội nghị được tổ chức với sự tham dự của {rng.randint(80, 400)} đại biểu.",
            f"Hội nghị diễn ra từ 8 giờ 00 ngày {day}/{month}/{year} tại hội trường số {rng.randint(1, 90)} đường"
            f" {invented_name(rng)}.",
            "Mọi thông tin xin liên hệ số điện thoại"
            f" 02{rng.randint(10, 99)}.3{rng.randint(100, 999)}.{rng.randint(100, 999)}.",
            f"Đồng chí Bí thư tái cử với {_decimal(rng, 95, 100)}% số phiếu tán thành.",
        )
    )


def progress(rng: Random, year: int) -> str:
    """Right words, other quantities: plan percents, congresses, tasks, criteria."""
    total = rng.randint(20, 60)
    return rng.choice(
        (
            f"Đến nay, đã có {total - 5}/{total} đảng bộ cơ sở tổ chức đại hội xong, đạt {_decimal(rng, 70, 99)}%.",
            f"Trong năm, các cơ quan hoàn thành {rng.randint(200, 900)} nhiệm vụ được giao, đạt"
            f" {_decimal(rng, 90, 99)}%.",
            f"Toàn xã đã hoàn thành {rng.randint(12, 18)}/19 tiêu chí nông thôn mới.",
            f"Trong {rng.randint(20, 30)} chỉ tiêu nghị quyết đề ra có {rng.randint(15, 19)} chỉ tiêu hoàn thành"
            " vượt kế hoạch.",
            f"Tổng số thủ tục hành chính được giải quyết đúng hạn đạt {_decimal(rng, 95, 99.9)}%.",
        )
    )


def society(rng: Random, year: int) -> str:
    """Schools, health, roads, households."""
    return rng.choice(
        (
            f"Năm học {year - 1}-{year}, tỷ lệ học sinh tốt nghiệp THPT đạt {_decimal(rng, 95, 99.9, 2)}%.",
            f"Tỷ lệ dân số tham gia bảo hiểm y tế đạt {_decimal(rng, 85, 98)}%; {_decimal(rng, 90, 99)}% hộ dân"
            " dùng nước"
            " hợp vệ sinh.",
            f"Huyện có {rng.randint(12, 30)} xã, thị trấn, diện tích {_thousands(rng, 200, 2000)} km2, dân số trên"
            f" {_thousands(rng, 40000, 200000)} người.",
            f"Tuyến đường dài {_decimal(rng, 2, 40)} km được khởi công ngày"
            f" {rng.randint(1, 28)}/{rng.randint(1, 12)}/{year}"
            f" với tổng mức đầu tư {rng.randint(20, 900)} tỷ đồng.",
        )
    )


def rules(rng: Random, year: int) -> str:
    """Limits set by rules, with every word of a rating."""
    return rng.choice(
        (
            f"Theo quy định, mỗi đảng bộ chỉ được công nhận không quá {rng.choice((15, 20))}% số đảng viên hoàn"
            " thành tốt"
            " nhiệm vụ vào mức hoàn thành xuất sắc nhiệm vụ.",
            "Muốn đạt mức hoàn thành xuất sắc nhiệm vụ, đơn vị phải xong 100% việc được giao và có ít nhất"
            f" {rng.choice((20, 30, 50))}% việc vượt tiến độ.",
            "Tỷ lệ tối đa được xếp loại hoàn thành xuất sắc nhiệm vụ là 20% trong số hoàn thành tốt nhiệm vụ.",
        )
    )


def other_scales(rng: Random, year: int) -> str:
    """Ratings of something else: administrative reform, pupils, scores."""
    many = rng.randint(18, 30)
    return rng.choice(
        (
            f"Về cải cách hành chính năm {year}, {many} đơn vị xếp loại Tốt, {rng.randint(4, 12)} đơn vị loại"
            " Khá, không có"
            " đơn vị loại Yếu.",
            f"Đứng đầu bảng xếp hạng là Sở Công Thương với {_decimal(rng, 88, 97, 3)} điểm, loại Xuất sắc.",
            f"Học kỳ I năm học {year}-{year + 1}, {_decimal(rng, 15, 30)}% học sinh xếp loại học lực giỏi,"
            f" {_decimal(rng, 35, 50)}%"
            " loại khá.",
        )
    )


def party_work(rng: Random, year: int) -> str:
    """Party organisations and members counted for what the record does not keep."""
    return rng.choice(
        (
            f"Trong năm, các cấp ủy đã thi hành kỷ luật {rng.randint(3, 90)} đảng viên bằng hình thức khiển"
            " trách và cảnh cáo.",
            f"Đã mở {rng.randint(2, 20)} lớp bồi dưỡng nhận thức về Đảng cho {rng.randint(80, 900)} quần chúng ưu tú.",
            f"Các đồng chí nhận Huy hiệu {rng.choice((30, 40, 50, 60))} năm tuổi Đảng luôn hoàn thành xuất sắc"
            " nhiệm vụ được giao.",
            f"Dự hội nghị có {rng.randint(20, 60)}/{rng.randint(61, 70)} đảng viên, đủ điều kiện tiến hành theo"
            " quy định.",
            f"Mô hình “chi bộ {rng.choice((3, 4))} tốt” tiếp tục được duy trì, gắn với phong trào thi đua hoàn"
            " thành tốt nhiệm vụ.",
            f"So với năm {year - 1}, tỷ lệ đảng viên hoàn thành xuất sắc nhiệm vụ tăng {_decimal(rng, 0.5, 5)}%.",
            f"Tỉnh đã tinh giản {_decimal(rng, 5, 12)}% biên chế công chức, giảm {rng.randint(4, 60)} đơn vị sự"
            " nghiệp công lập.",
        )
    )


TRAPS = (economy, document, rank, event, progress, society, rules, other_scales, party_work)

_PLAIN = (
    "Phát biểu tại hội nghị, đồng chí Bí thư đề nghị các cấp ủy tiếp tục nâng cao năng lực lãnh đạo và sức chiến"
    " đấu của"
    " tổ chức đảng.",
    "Công tác kiểm điểm được tiến hành nghiêm túc, dân chủ, đúng quy trình, không để xảy ra tình trạng nể nang,"
    " né tránh.",
    "Các đại biểu đã thảo luận, làm rõ những kết quả đạt được, chỉ ra hạn chế, nguyên nhân và bài học kinh nghiệm.",
    "Nhiều cách làm hay, mô hình hiệu quả đã được nhân rộng, góp phần củng cố niềm tin của nhân dân đối với Đảng.",
    "Việc học và làm theo gương Bác được triển khai rộng khắp, dần thành nếp.",
    "Thời gian tới, cấp ủy các cấp cần tập trung khắc phục những tồn tại đã được chỉ ra, gắn đánh giá với công"
    " tác cán bộ.",
    "Hội nghị cũng nghe báo cáo về công tác tuyên truyền, công tác nội chính và công tác phối hợp với các đoàn thể.",
    "Tập thể cấp ủy quyết tâm hoàn thành tốt nhiệm vụ chính trị được giao, giữ gìn sự đoàn kết thống nhất trong"
    " nội bộ.",
)


def plain(rng: Random) -> str:
    """A sentence without numbers."""
    return rng.choice(_PLAIN)


def trap(rng: Random, year: int) -> str:
    """A sentence with numbers that are no facts."""
    return rng.choice(TRAPS)(rng, year)


def guests(rng: Random, home: str, other: str) -> str:
    """A visit from another province, which owns no number."""
    return (
        f"Sáng {rng.randint(1, 28)}/{rng.randint(1, 12)}, đoàn công tác tỉnh {other} đến trao đổi kinh nghiệm"
        " với Tỉnh ủy"
        f" {home} về công tác xây dựng Đảng."
    )


def headline(rng: Random) -> str:
    """The headline of a page of other news."""
    name = invented_name(rng)
    return rng.choice(
        (
            f"Huyện {name} đẩy mạnh phát triển kinh tế nông nghiệp gắn với du lịch",
            f"Xã {name} huy động nguồn lực xây dựng đường giao thông nông thôn",
            f"Khai mạc giải bóng chuyền các xã, phường khu vực {name}",
            f"Ngành giáo dục huyện {name} chuẩn bị cho năm học mới",
            f"Đoàn công tác khảo sát tiến độ các dự án trọng điểm tại {name}",
        )
    )

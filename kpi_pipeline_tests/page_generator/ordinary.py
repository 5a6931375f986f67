"""News that has nothing to do with ratings, as most pages of a provincial site: weather, roads, harvests, sports.

Belongs here: its sentences and headlines, with the numbers, people and offices such news has. Does not belong here:
sentences that nearly state a rating (`traps`), markup (`html`).
"""

from random import Random

from kpi_pipeline_tests.page_generator.places import homes, invented_name

_TITLES = (
    "Không khí lạnh tăng cường, nhiệt độ tại {place} giảm sâu",
    "Người trồng vải ở {place} vào mùa thu hoạch",
    "{place} thông xe cầu vượt nút giao trung tâm",
    "Đội bóng đá {place} giành vé vào vòng chung kết",
    "Lễ hội đền {place} thu hút đông đảo du khách",
    "Bắt nhóm đối tượng trộm cắp tài sản tại {place}",
    "Giá lợn hơi tại {place} tăng nhẹ",
    "Học sinh {place} hào hứng với sân chơi khoa học",
    "Khám bệnh miễn phí cho người cao tuổi ở {place}",
    "Mở rộng mạng lưới xe buýt về {place}",
    "Cháy rừng ở {place} đã được khống chế",
    "Làng nghề gốm {place} nhộn nhịp dịp cuối năm",
)
_SENTENCES = (
    "Theo đài khí tượng thủy văn, từ đêm {day} khu vực {place} có mưa to với lượng mưa từ {low} đến {high} mm.",
    "Nhiệt độ thấp nhất vùng núi phổ biến {low} độ, có nơi dưới {low} độ, người dân cần giữ ấm cho vật nuôi.",
    "Bà con thôn {place} phấn khởi vì giá bán tại vườn lên tới {high} nghìn đồng mỗi kg.",
    "Năm nay toàn vùng gieo cấy {big} ha lúa, trà sớm đang trỗ bông.",
    "Tuyến đường dài {low} km, mặt đường rộng {low} m, tổng vốn {big} tỷ đồng.",
    "Nhà thầu huy động {high} máy móc, thiết bị làm việc ba ca để kịp tiến độ.",
    "Trận đấu diễn ra sôi nổi, tỷ số hòa 2-2 giữ nguyên đến phút {high}.",
    "Ban tổ chức đã bán hết {big} vé chỉ trong một buổi sáng.",
    "Hội thi năm nay thu hút {big} thí sinh đến từ các trường trung học.",
    "Du khách thích thú với các trò chơi dân gian như kéo co, đấu vật, thi nấu cơm.",
    "Khoảng {hour} giờ ngày {day}, đám cháy bùng phát tại khu vực rừng phòng hộ.",
    "Lực lượng chức năng thu giữ {low} xe máy cùng nhiều tang vật.",
    "Vụ tai nạn khiến {few} người bị thương, giao thông ùn tắc kéo dài.",
    "Bác sĩ khuyến cáo người dân tiêm phòng, ăn chín, uống sôi và rửa tay bằng xà phòng.",
    "Giá xăng trong nước tăng {low}00 đồng một lít từ chiều {day}.",
    "Chợ phiên họp từ sáng sớm, hàng hóa chủ yếu là nông sản của bà con quanh vùng.",
    "Chủ vườn cho biết mỗi cây cho thu {high} kg quả, thương lái đến tận nơi đặt mua.",
    "Dự kiến công trình đưa vào khai thác trong quý {few} năm tới.",
    "Điện lực thông báo lịch cắt điện tại một số khu phố từ {hour} giờ để thay đường dây.",
    "Đoạn kênh dài gần {low} km được nạo vét, bảo đảm nước tưới cho vụ đông xuân.",
    "Nhiều bạn trẻ chọn về quê khởi nghiệp với nghề nuôi ong, trồng nấm.",
    "Cơ quan điều tra đã khởi tố {few} bị can về tội trộm cắp tài sản.",
    "Bảo tàng trưng bày {big} hiện vật, trong số đó có nhiều bộ sưu tập lần đầu ra mắt công chúng.",
    "Phòng khám dành tặng {big} suất quà cho bà con vùng lũ.",
    "Đề tài giúp giảm {low}% chi phí nhân công và hạn chế sâu bệnh.",
    "Thị trường bất động sản tại {place} trầm lắng, lượng giao dịch giảm {high}% so với cùng kỳ.",
    "Vòng chung kết sẽ khởi tranh ngày {day} tại nhà thi đấu {place}.",
    "Xe khách giường nằm chạy hướng {place} đã va chạm với xe tải đi ngược chiều.",
    "Các chuyên gia đánh giá mùa mưa năm nay đến muộn hơn trung bình nhiều năm.",
    "Cửa hàng mở cửa từ {hour} giờ, phục vụ cả ngày lễ.",
)  # fmt: skip


def ordinary_headlines(rng: Random, number: int) -> list[str]:
    """Headlines of such news."""
    return list(dict.fromkeys(rng.choice(_TITLES).format(place=_place(rng)) for _ in range(number)))


def ordinary_article(rng: Random, paragraphs: int) -> tuple[str, list[str]]:
    """A headline and paragraphs of two to four sentences."""
    lines = [" ".join(_sentence(rng) for _ in range(rng.randint(2, 4))) for _ in range(paragraphs)]
    return ordinary_headlines(rng, 1)[0], lines


def _sentence(rng: Random) -> str:
    return rng.choice(_SENTENCES).format(
        place=_place(rng), day=f"{rng.randint(1, 28)}/{rng.randint(1, 12)}", low=rng.randint(5, 40),
        high=rng.randint(41, 95), big=f"{rng.randint(1, 9)}.{rng.randint(100, 999)}", few=rng.randint(2, 4),
        hour=rng.randint(5, 22),
    )  # fmt: skip


def _place(rng: Random) -> str:
    return invented_name(rng) if rng.random() < 0.6 else rng.choice(homes()).name

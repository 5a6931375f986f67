"""What is started without a person: the schedule of the day before, and the sensor for days that landed late.

Both through Dagster's own test contexts, and what they ask for through real runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.storage.calendar import today
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake

PAGE = (
    "Kết quả xếp loại\n\nNăm 2021, toàn tỉnh Gia Lai có {count} tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, "
    "đạt 10%.\n"
)


class Late:
    """The sensor on a home, with the cursor and the runs that Dagster would keep for it."""

    def __init__(self, home: Home, instance: dg.DagsterInstance) -> None:
        self.home, self.instance = home, instance
        self.resource = HomeResource(root=str(home.root))
        self.definitions = build_definitions({"home": self.resource})
        self.cursor: str | None = None

    def look(self) -> dg.SensorExecutionData:
        """One tick; the cursor is kept."""
        with dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            definitions=self.definitions,
            resources={"home": self.resource},
        ) as context:
            found = self.definitions.resolve_sensor_def("late_days").evaluate_tick(context)
        self.cursor = found.cursor
        return found

    def run(self, request: dg.RunRequest) -> bool:
        """What Dagster does with a request."""
        job = self.definitions.resolve_job_def(str(request.job_name))
        done = job.execute_in_process(instance=self.instance, tags=request.tags, raise_on_error=False)
        return done.success

    def land(self, *days: str, count: int = 40) -> None:
        """One page a day, or its new version where another `count` is given."""
        folder = self.home.root.parent / f"pages-{count}"
        folder.mkdir(exist_ok=True)
        lines = ["file,url,captured_at,published_on"]
        for day in days:
            (folder / f"{day}.txt").write_text(PAGE.format(count=count), encoding="utf-8")
            lines.append(f"{day}.txt,https://baogialai.com.vn/{day},2023-01-0{1 if count == 40 else 2},{day}")
        (folder / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        land_folder(LandingStore(self.home.landing), folder, folder / "manifest.csv", date(2023, 1, 3), today())


@pytest.fixture
def late(home: Home) -> Iterator[Late]:
    home.prepare()
    with dg.instance_for_test() as instance:
        yield Late(home, instance)


def ranges(found: dg.SensorExecutionData) -> list[tuple[str, str]]:
    return [
        (tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"])
        for tags in (request.tags for request in found.run_requests or ())
    ]


def test_nothing_starts_by_itself() -> None:
    definitions = build_definitions()
    assert {schedule.default_status for schedule in definitions.schedules or ()} == {dg.DefaultScheduleStatus.STOPPED}
    sensor = definitions.resolve_sensor_def("late_days")
    assert sensor.default_status == dg.DefaultSensorStatus.STOPPED


def each_morning(definitions: dg.Definitions, moment: str) -> dg.RunRequest:
    """What the schedule asks for at a moment."""
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime.fromisoformat(moment).astimezone(UTC),
        repository_def=definitions.get_repository_def(),
    )
    [request] = definitions.resolve_schedule_def("each_morning").evaluate_tick(context).run_requests or []
    return request


@pytest.mark.parametrize(
    ("moment", "day"), [("2024-03-01T05:30:00+07:00", "2024-02-29"), ("2023-12-31T22:30:00+00:00", "2023-12-31")]
)
def test_the_schedule_asks_for_the_day_before_in_vietnam(moment: str, day: str) -> None:
    request = each_morning(build_definitions(), moment)
    assert (request.partition_key, request.run_key) == (day, day)


@pytest.mark.slow
def test_what_the_schedule_asks_for_publishes_the_day(late: Late) -> None:
    late.land("2022-05-05", "2022-05-06")
    request = each_morning(late.definitions, "2022-05-06T05:30:00+07:00")
    job = late.definitions.resolve_job_def("daily")
    assert job.execute_in_process(instance=late.instance, partition_key=request.partition_key).success
    assert Lake(late.home.lake).days("validated_facts") == ["2022-05-05"]
    assert (late.home.published / "warehouse.duckdb").exists()


def test_an_empty_home_has_no_late_day(late: Late) -> None:
    found = late.look()
    assert not found.run_requests
    assert found.skip_message == "Every day before today is as its pages make it."


@pytest.mark.slow
def test_late_days_are_asked_for_once_in_stretches_and_then_published(late: Late) -> None:
    late.land("2022-05-05", "2022-05-07", "2023-02-01")
    first = late.look()
    assert not first.run_requests
    assert first.skip_message == (
        "3 days 2022-05-05, 2022-05-07, 2023-02-01 due: asked for at the next look, unless more pages land in them "
        "until then."
    )
    asked = late.look()
    assert ranges(asked) == [("2022-05-05", "2022-05-07"), ("2023-02-01", "2023-02-01")]
    waiting = late.look()
    assert not waiting.run_requests
    assert str(waiting.skip_message).startswith("Waits for 3 days 2022-05-05, 2022-05-07, 2023-02-01, asked for before")
    assert [late.run(request) for request in asked.run_requests or ()] == [True, True]
    assert Lake(late.home.lake).days("validated_facts") == ["2022-05-05", "2022-05-07", "2023-02-01"]
    [publication] = late.look().run_requests or []
    assert publication.job_name == "publish"
    assert late.run(publication)
    assert (late.home.published / "warehouse.duckdb").exists()
    assert late.look().skip_message == "Every day before today is as its pages make it."


def test_a_day_is_asked_for_again_when_a_new_version_of_a_page_lands(late: Late) -> None:
    late.land("2022-05-05")
    late.look()
    asked = late.look()
    late.land("2022-05-05", count=41)
    assert "due: asked for at the next look" in str(late.look().skip_message)
    again = late.look()
    assert ranges(again) == ranges(asked)
    assert all(late.run(request) for request in again.run_requests or ())
    [page] = Lake(late.home.lake).rows("raw_pages", "2022-05-05")
    assert "41 tổ chức" in bytes(page["content"]).decode()  # type: ignore[arg-type]


def test_a_day_that_changes_between_two_looks_is_still_landing(late: Late) -> None:
    late.land("2022-05-05")
    late.look()
    late.land("2022-05-05", count=41)
    assert not late.look().run_requests
    assert ranges(late.look()) == [("2022-05-05", "2022-05-05")]


def test_today_is_left_to_its_own_morning(late: Late) -> None:
    late.land(today().isoformat(), (today() - timedelta(days=40)).isoformat())
    late.look()
    assert [last for _, last in ranges(late.look())] == [(today() - timedelta(days=40)).isoformat()]


def test_a_corrections_file_that_cannot_be_meant_is_told_and_asks_for_nothing(late: Late) -> None:
    late.land("2022-05-05")
    late.look()
    late.home.corrections.write_text("no such column\n1\n", encoding="utf-8")
    found = late.look()
    assert not found.run_requests
    assert "corrections.csv" in str(found.skip_message)
    late.home.corrections.unlink()
    assert ranges(late.look()) == [("2022-05-05", "2022-05-05")]


def test_a_cursor_of_another_make_is_begun_anew(late: Late) -> None:
    late.cursor = '{"days": 3}'
    late.land("2022-05-05")
    late.look()
    assert ranges(late.look()) == [("2022-05-05", "2022-05-05")]

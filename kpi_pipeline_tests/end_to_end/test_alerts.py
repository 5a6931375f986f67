"""Alerts: what is sent of a failed run and of checks that found something, to a receiver on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.alerts import alerts
from kpi_pipeline.defs.jobs import backfill
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import Kpi

DAY = "2024-01-15"
SOUND = """Đảng ủy tỉnh Lai Châu họp đánh giá năm 2023

Ngày 12/1/2024, Tỉnh ủy Lai Châu công bố kết quả đánh giá, xếp loại tổ chức đảng và đảng viên của cả tỉnh năm 2023.

Toàn tỉnh có 20% tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, 70% hoàn thành tốt nhiệm vụ, 10% hoàn thành nhiệm vụ.
"""
OVER = SOUND.replace("10%", "25%")


class Receiver(HTTPServer):
    """Keeps what is posted to it; answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages: list[dict[str, str]] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/told"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.messages.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@dataclass(frozen=True)
class Ran:
    """A run of one day's page stages, and the sensors asked about it."""

    instance: dg.DagsterInstance
    result: dg.ExecuteInProcessResult

    def ask(self, name: str) -> None:
        """What the daemon does with the sensor `name` when the run has ended."""
        [sensor] = [sensor for sensor in alerts() if sensor.name == name]
        [*_, ended] = [event for event in self.result.all_events if event.is_job_event]
        context = dg.build_run_status_sensor_context(
            sensor_name=name,
            dagster_instance=self.instance,
            dagster_run=self.result.dagster_run,
            dagster_event=ended,
        )
        sensor(context.for_run_failure() if self.result.dagster_run.is_failure else context)


@pytest.fixture
def run_day(home: Home, kpi: Kpi, tmp_path: Path) -> Callable[..., Ran]:
    """Lands a text as the page of a day and runs its page stages, after `spoil` did something to the home. All runs of
    a test are kept in one place."""

    instance = dg.DagsterInstance.ephemeral()

    def run(text: str, spoil: Callable[[Home], object] = lambda home: None, day: str = DAY) -> Ran:
        folder = tmp_path / day
        folder.mkdir(exist_ok=True)
        (folder / "page.txt").write_text(text, encoding="utf-8")
        (folder / "manifest.csv").write_text(f"file,url,published_on\npage.txt,https://thanhson.example/{day},{day}\n")
        assert kpi("land", folder / "page.txt", "--manifest", folder / "manifest.csv").returncode == 0
        spoil(home)
        job = build_definitions({"home": HomeResource(root=str(home.root))}).resolve_job_def(backfill.name)
        tags = {f"dagster/asset_partition_range_{side}": day for side in ("start", "end")}
        return Ran(instance, job.execute_in_process(instance=instance, tags=tags, raise_on_error=False))

    return run


def test_checks_that_found_something_are_told(
    run_day: Callable[..., Ran], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ALERTS", receiver.address)
    monkeypatch.setenv("KPI_UI_ADDRESS", "http://ui.example:3000/")
    ran = run_day(OVER)
    assert ran.result.success
    ran.ask("tell_of_failed_checks")
    [told] = receiver.messages
    assert told["title"] == "Checks in a run of backfill found something"
    assert f"days {DAY} to {DAY}" in told["message"]
    assert f"check validated_facts.rating_sums warns (new on {DAY}): 1 on 1 days." in told["message"]
    assert f"http://ui.example:3000/runs/{ran.result.run_id}" in told["message"]


def test_only_what_is_new_is_told_when_a_day_is_made_anew(
    run_day: Callable[..., Ran], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ALERTS", receiver.address)

    def told(text: str, day: str = DAY) -> bool:
        receiver.messages.clear()
        run_day(text, day=day).ask("tell_of_failed_checks")
        assert all(f"rating_sums warns (new on {day})" in message["message"] for message in receiver.messages)
        return bool(receiver.messages)

    assert told(OVER)
    assert not told(OVER)
    assert told(OVER, "2024-01-16")
    assert not told(OVER)
    assert told(OVER.replace("25%", "26%"))
    assert not told(SOUND)
    assert told(OVER.replace("25%", "26%"))


def test_what_the_tables_hold_back_was_told_with_its_days(
    copied: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ALERTS", receiver.address)
    job = build_definitions({"home": HomeResource(root=str(copied.root))}).resolve_job_def("rebuild_marts")
    instance = dg.DagsterInstance.ephemeral()
    ran = Ran(instance, job.execute_in_process(instance=instance))
    assert not all(check.passed for check in ran.result.get_asset_check_evaluations())
    ran.ask("tell_of_failed_checks")
    assert receiver.messages == []


def test_a_run_without_findings_is_not_told(
    run_day: Callable[..., Ran], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ALERTS", receiver.address)
    ran = run_day(SOUND)
    assert ran.result.success
    ran.ask("tell_of_failed_checks")
    assert receiver.messages == []


def test_a_failed_run_is_told_to_each_address(
    run_day: Callable[..., Ran], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ALERTS", f"{receiver.address}  {receiver.address}/again")
    ran = run_day(SOUND, spoil=lambda home: (home.lake / "raw_pages").write_text("a file where a folder must be"))
    assert not ran.result.success
    ran.ask("tell_of_failed_runs")
    assert [told["title"] for told in receiver.messages] == ["Run of backfill failed"] * 2
    assert "step raw_pages failed" in receiver.messages[0]["message"]


def test_nothing_is_sent_by_default(
    run_day: Callable[..., Ran], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KPI_ALERTS", raising=False)
    assert {sensor.default_status for sensor in alerts()} == {dg.DefaultSensorStatus.STOPPED}
    run_day(OVER).ask("tell_of_failed_checks")
    assert receiver.messages == []
    monkeypatch.setenv("KPI_ALERTS", receiver.address)
    assert {sensor.default_status for sensor in alerts()} == {dg.DefaultSensorStatus.RUNNING}


def test_an_address_that_takes_no_message_fails_the_tick_and_hides_its_secret(
    run_day: Callable[..., Ran], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run_day(OVER)
    receiver.status = 500
    for address, words in (
        (f"json://person:secret@127.0.0.1:{receiver.server_port}", "could not be sent to address 1"),
        ("nonsense://secret", "not one that Apprise understands"),
    ):
        monkeypatch.setenv("KPI_ALERTS", address)
        with pytest.raises(dg.Failure, match=words) as failed:
            ran.ask("tell_of_failed_checks")
        assert "secret" not in str(failed.value)

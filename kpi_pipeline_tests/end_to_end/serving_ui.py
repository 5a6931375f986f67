"""Starts `kpi ui` on a home for tests, and asks it by GraphQL."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import PROJECT

GRAPH = "{ assetNodes { assetKey { path } groupName isPartitioned } }"


@dataclass(frozen=True)
class Ui:
    """A running UI: its address, its home and the process of `kpi ui`."""

    address: str
    home: Home
    process: subprocess.Popen[bytes]

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.address}/graphql",
            json.dumps({"query": query, "variables": variables or {}}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            data: dict[str, Any] = json.loads(answer.read())
        assert "errors" not in data, data
        found: dict[str, Any] = data["data"]
        return found

    def answers(self) -> bool:
        try:
            return bool(self.ask(GRAPH)["assetNodes"])
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def end(self, number: int) -> int:
        """Send `kpi ui` a signal and wait for its end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def start(home: Home, settings: dict[str, str] | None = None) -> Ui:
    """`kpi ui` on a free port with more settings in its environment, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home.root / "ui.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kpi_pipeline.cli", "ui", "--port", str(port)],
            cwd=PROJECT,
            env={**os.environ, "KPI_HOME": str(home.root), **(settings or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Ui(f"http://127.0.0.1:{port}", home, process)
    wait_until(running.answers, 180, "the UI to answer")
    return running


def wait_until(done: Callable[[], object], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(1)

"""What the assets are handed: the home with its landing store and its lake."""

from pathlib import Path

import dagster as dg

from kpi_pipeline.landing import LandingStore
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The state folder; `root` empty means the folder that KPI_HOME names, at the time of the run."""

    root: str = ""

    @property
    def home(self) -> Home:
        return Home(Path(self.root).absolute()) if self.root else Home.from_environment()

    @property
    def lake(self) -> Lake:
        return Lake(self.home.lake)

    @property
    def landing(self) -> LandingStore:
        self.home.prepare()
        return LandingStore(self.home.landing)

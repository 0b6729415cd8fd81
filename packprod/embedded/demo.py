"""When demo data is loaded: on the first start, until it is complete, never into data that was there."""

from packprod.embedded.engine import database_file
from packprod.embedded.options import Options


class DemoData:
    """Remembers in the data folder what became of the demo data, so that a killed first start goes on."""

    def __init__(self, options: Options) -> None:
        self._file = options.data_dir / "demo-data"
        if not self._file.exists():
            had_data = database_file(options.engine_store).exists()
            self._file.write_text("wanted" if options.demo and not had_data else "not wanted")

    @property
    def wanted(self) -> bool:
        """Whether this start has to load it."""
        return self._file.read_text() == "wanted"

    def loaded(self) -> None:
        """It is complete."""
        self._file.write_text("loaded")

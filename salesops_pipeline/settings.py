"""All settings in one place: environment variables ``SALESOPS_*`` or a ``.env`` file, every one documented here.

Secrets are ``SecretStr``: they never print, and nothing writes them to logs, metadata or artefacts.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.lake import Lake
from salesops_pipeline.limits.machine import bytes_of

PROJECT_DIR = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What the pipeline needs to know about its surroundings. Unset systems are simply not connected."""

    model_config = SettingsConfigDict(env_prefix="SALESOPS_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default=PROJECT_DIR / "data",
        description="Everything the pipeline writes: lake, warehouse, published versions, reports, Dagster's storage.",
    )
    lake_url: str = Field(
        default="",
        description="Where the lake lies: a folder, or s3://bucket/prefix with AWS_* for address and credentials. "
        "Default: <data_dir>/lake.",
    )
    compaction_target_mb: int = Field(
        default=256, ge=1, description="Compaction merges raw files up to this size, in megabytes."
    )
    compaction_target_rows: int = Field(
        default=2_000_000, ge=1, description="Compaction merges raw files up to this many rows."
    )
    compaction_grace_hours: float = Field(
        default=24,
        ge=1,
        description="How long files that compaction replaced stay, for builds that still read them.",
    )
    policy_dir: Path = Field(
        default=PROJECT_DIR / "policy", description="What the sales organisation decides, as text."
    )
    keep_versions: int = Field(default=10, ge=2, description="How many published versions stay for rollback.")

    report_persons_up_to: int = Field(
        default=500,
        ge=0,
        description="A run writes the quarterly reports of persons where a company has at most so many; "
        "`salesops report quarterly` writes all.",
    )

    memory_limit: str = Field(
        default="40%",
        description="Memory of each DuckDB, such as 8GB, or a share of the machine's or container's. What does not fit "
        "goes to temporary files.",
    )
    threads: int = Field(default=0, ge=0, description="Threads of each DuckDB; 0: as many as there are processors.")
    temp_dir: Path | None = Field(
        default=None, description="Folder for temporary files of larger-than-memory work. Default: <data_dir>/tmp."
    )
    temp_limit: str = Field(
        default="90%", description="Most that temporary files may take, such as 200GB, or a share of the free disk."
    )

    keep_run_days: int = Field(
        default=90, ge=1, description="How long Dagster's records of runs stay once their retention is switched on."
    )
    publish_postgres_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL that shows the published version too, postgresql://user:password@host:port/database.",
    )
    publish_postgres_reader: str = Field(
        default="", description="Role that may read the published tables in PostgreSQL; it must exist."
    )
    dagster_postgres_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL for Dagster's runs, events and schedules. Empty: SQLite under the data folder.",
    )

    engine: Literal["duckdb", "spark"] = Field(
        default="duckdb", description="What builds the warehouse: DuckDB in the run's own process, or a Spark cluster."
    )
    spark_master: str = Field(
        default="spark://127.0.0.1:7077",
        description="The Spark cluster's master; `salesops cluster up` starts one there. `local[2]` needs none.",
    )
    spark_target: str = Field(
        default="spark", description="The output of dbt_project/profiles.yml that the engine `spark` builds with."
    )
    spark_warehouse_dir: Path | None = Field(
        default=None,
        description="Folder of Spark's tables, under a path that dbt, the workers and the publishing step share. "
        "Default: <data_dir>/spark/warehouse.",
    )
    spark_driver_host: str = Field(
        default="127.0.0.1", description="The address under which the workers reach the process that runs dbt."
    )
    spark_driver_memory: str = Field(default="1g", description="Memory of the process that plans the queries.")
    spark_executor_memory: str = Field(default="1g", description="Memory of each executor; a worker must have as much.")
    spark_shuffle_partitions: int = Field(
        default=4, ge=1, description="Into how many parts Spark splits rows between steps; two to three for each core."
    )

    salesforce_instance_url: str = Field(
        default="",
        description="The org's My Domain address, https://<name>.my.salesforce.com. Empty: not connected.",
    )
    salesforce_client_id: str = Field(
        default="", description="Consumer key of the connected app (OAuth 2.0 client credentials flow)."
    )
    salesforce_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Consumer secret of the connected app."
    )
    salesforce_api_version: str = Field(default="v62.0", description="REST API version.")
    salesforce_overlap_minutes: int = Field(
        default=30,
        ge=0,
        description="How far each load reaches back behind the last change seen: late commits carry older stamps.",
    )
    salesforce_bulk_rows: int = Field(
        default=20_000,
        ge=0,
        description="From how many rows on an object is pulled by Bulk API 2.0 instead of REST.",
    )

    files_dirs: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="Folders with exports and a mapping.yml each, separated by commas.",
    )

    @field_validator("files_dirs", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("publish_postgres_url", "dagster_postgres_url")
    @classmethod
    def _postgres_url(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and not (url.startswith("postgresql://") and urlsplit(url).path.strip("/")):
            raise ValueError("write it as postgresql://user:password@host:port/database")
        return value

    @field_validator("data_dir", "policy_dir", "temp_dir")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("memory_limit", "temp_limit")
    @classmethod
    def _size(cls, value: str) -> str:
        bytes_of(value, whole=0)
        return value

    @property
    def dbt_project_dir(self) -> Path:
        """Where the dbt models live."""
        return PROJECT_DIR / "dbt_project"

    @property
    def expectations_dir(self) -> Path:
        """Where the Great Expectations suites live."""
        return PROJECT_DIR / "expectations"

    @cached_property
    def lake(self) -> Lake:
        """The Parquet lake: raw, append-only."""
        return Lake.at(self.lake_url) if self.lake_url else Lake(self.data_dir / "lake")

    @property
    def warehouse_path(self) -> Path:
        """The working DuckDB file that only dbt writes."""
        return self.data_dir / "warehouse" / "warehouse.duckdb"

    @property
    def spark_dir(self) -> Path:
        """Spark's list of tables, and the tables if nothing else is configured; also the files of a local cluster."""
        return self.data_dir / "spark"

    @property
    def spark_tables_dir(self) -> Path:
        """Where Spark writes its tables."""
        return self.spark_warehouse_dir or self.spark_dir / "warehouse"

    @property
    def published_dir(self) -> Path:
        """Where published versions live; ``current`` points to the one that readers see."""
        return self.data_dir / "published"

    @property
    def reports_dir(self) -> Path:
        """Where reports are written."""
        return self.data_dir / "reports"

    @property
    def sandbox_dir(self) -> Path:
        """Where the sandbox company lives, if there is one."""
        return self.data_dir / "sandbox"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage."""
        return self.data_dir / "dagster"


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment and ``.env``; ``overrides`` win.

    Raises:
        ConfigurationError: A value does not fit; the message names the variable.
    """
    try:
        return Settings(**overrides)  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        first = error.errors()[0]
        name = "SALESOPS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(
            f"setting {name} is not usable: {first['msg']}", where="environment or .env", fix="Correct or unset it."
        ) from None

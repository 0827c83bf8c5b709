"""How a bucket is reached: address and credentials from the standard ``AWS_*`` environment, and errors in plain words.

``AWS_ENDPOINT_URL`` (or ``AWS_ENDPOINT_URL_S3``) names a server that speaks S3 and is not Amazon's; its buckets are
addressed by path. Credentials come from wherever the AWS libraries find them: ``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``, a profile, or the role of the machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from salesops_pipeline.errors import ConfigurationError, SourceError

if TYPE_CHECKING:
    from upath import UPath

SCHEME = "s3://"
_CONNECT_SECONDS = 10
_DEFAULT_REGION = "us-east-1"
_FIX_CREDENTIALS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may read, write and list the bucket."
_FIX_ENDPOINT = "Check AWS_ENDPOINT_URL and the network, then start again; nothing is lost."


@dataclass(frozen=True)
class S3Access:
    """Address and credentials for one use. The credentials may be temporary: resolve them anew for each connection."""

    key_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    region: str
    endpoint: str
    """The address of a server that is not Amazon's, with ``http://`` or ``https://``; empty otherwise."""

    def duckdb_secret(self, scope: str) -> str:
        """The statement that lets a DuckDB database read under ``scope``, for as long as the database is open."""
        options = {"key_id": self.key_id, "secret": self.secret, "region": self.region, "scope": scope}
        if self.token:
            options["session_token"] = self.token
        if self.endpoint:
            address = urlsplit(self.endpoint)
            options |= {"endpoint": address.netloc + address.path.rstrip("/"), "url_style": "path"}
            options["use_ssl"] = str(address.scheme != "http").lower()
        listed = ", ".join(f"{name} '{value.replace(chr(39), chr(39) * 2)}'" for name, value in options.items())
        return f"create or replace temporary secret salesops_lake (type s3, provider config, {listed})"


def access() -> S3Access:
    """Address and credentials as the environment gives them now.

    Raises:
        ConfigurationError: There are no credentials.
    """
    import botocore.exceptions
    import botocore.session

    session = botocore.session.Session()
    try:
        found = session.get_credentials()
        frozen = found.get_frozen_credentials() if found else None
    except botocore.exceptions.BotoCoreError as error:
        raise ConfigurationError(f"no credentials for S3: {_short(error)}", fix=_FIX_CREDENTIALS) from None
    if frozen is None or not frozen.access_key or not frozen.secret_key:
        raise ConfigurationError("no credentials for S3", where="environment", fix=_FIX_CREDENTIALS)
    return S3Access(
        key_id=frozen.access_key,
        secret=frozen.secret_key,
        token=frozen.token or "",
        region=os.environ.get("AWS_REGION") or session.get_config_variable("region") or _DEFAULT_REGION,
        endpoint=_endpoint(),
    )


def s3_path(url: str) -> UPath:
    """A folder in a bucket, reached through a file system that asks the service for every listing.

    Args:
        url: ``s3://bucket`` or ``s3://bucket/prefix``.
    """
    from upath import UPath

    config: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "retries": {"max_attempts": 2}}
    if endpoint := _endpoint():
        # Servers other than Amazon's often lack the newer checksums.
        config |= {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        config["s3"] = {"addressing_style": "path"}
    options: dict[str, Any] = {"endpoint_url": endpoint} if endpoint else {}
    if region := os.environ.get("AWS_REGION"):  # the library itself looks at AWS_DEFAULT_REGION and profiles only
        options["client_kwargs"] = {"region_name": region}
    return UPath(url.rstrip("/"), use_listings_cache=False, config_kwargs=config, **options)


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what the AWS libraries raise into one line that says what to do.

    Args:
        where: The lake's address.

    Raises:
        ConfigurationError: The bucket does not exist or refuses us.
        SourceError: The service cannot be reached, or failed.
    """
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

    try:
        yield
    except (PermissionError, NoCredentialsError, PartialCredentialsError) as error:
        raise ConfigurationError(f"S3 refuses access: {_short(error)}", where=where, fix=_FIX_CREDENTIALS) from None
    except FileNotFoundError as error:
        if "bucket" not in str(error):
            raise
        raise ConfigurationError(
            "the bucket of the lake does not exist", where=where, fix="Create it, or correct SALESOPS_LAKE_URL."
        ) from None
    except (BotoCoreError, ClientError, OSError) as error:
        raise SourceError(f"S3 cannot be reached: {_short(error)}", where=where, fix=_FIX_ENDPOINT) from None


def _endpoint() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__

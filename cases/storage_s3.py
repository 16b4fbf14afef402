"""The store of documents in a bucket that speaks S3; loaded only where THADS_DOCUMENT_BUCKET names one."""

from __future__ import annotations

import datetime as dt

from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

_MISSING = ("404", "NoSuchKey", "NotFound")


class DocumentBucket(S3Storage):  # type: ignore[misc]
    """Objects of a bucket. One appears under its name whole or not at all; what is missing is missing as a
    file is.
    """

    def get_modified_time(self, name: str) -> dt.datetime:
        """When the object was written. Raises FileNotFoundError."""
        try:
            found: dt.datetime = super().get_modified_time(name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise FileNotFoundError(name) from None
            raise
        return found

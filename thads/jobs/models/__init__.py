from thads.jobs.models.bulk import BulkOutcome, BulkRow
from thads.jobs.models.job import Finding, Job

__all__ = ["BulkOutcome", "BulkRow", "Finding", "Job"]

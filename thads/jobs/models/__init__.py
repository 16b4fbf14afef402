from thads.jobs.models.bulk import BulkOutcome, BulkRow, BulkWorkbook
from thads.jobs.models.job import Finding, Job

__all__ = ["BulkOutcome", "BulkRow", "BulkWorkbook", "Finding", "Job"]

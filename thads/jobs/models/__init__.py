from thads.jobs.models.job import Finding, Job

__all__ = ["Finding", "Job"]

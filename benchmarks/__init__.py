"""The workloads that say what the service may cost, and the references it is measured against
(docs/how-to/measure.md).
"""

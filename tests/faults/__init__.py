"""The service while its parts are killed, frozen and emptied under load.

A real service in a folder of its own, acts recorded through its API by several clients, stories imported,
everything recounted. After each fault, and without anybody's help: no act is lost or doubled, the totals equal
a rebuild, the log has no gap and its chain holds.

``THADS_FAULT_SEED`` repeats a run (the seed stands in the output of a failed test), ``THADS_FAULT_ROUNDS`` does
everything several times.
"""

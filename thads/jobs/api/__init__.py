"""Jobs over HTTP: the parts from which each kind of job makes its addresses."""

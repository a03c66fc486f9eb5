"""ASTM F3548-21: the API between drone operators' suppliers and a DSS, under /dss/v1."""

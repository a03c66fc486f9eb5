from replayed_case import case, demo

__all__ = ["case", "demo"]

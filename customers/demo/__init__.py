"""Demo data of a packaging supplier in Sydney; the same arguments give the same orders on any machine."""

from customers.demo.generate import DemoImport, demo_imports

__all__ = ["DemoImport", "demo_imports"]

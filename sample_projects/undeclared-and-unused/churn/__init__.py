"""Who will leave next month?"""

from churn.model import predict

__all__ = ["predict"]

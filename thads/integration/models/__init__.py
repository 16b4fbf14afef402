from thads.integration.models.api_key import ApiKey
from thads.integration.models.idempotency import IdempotencyRecord

__all__ = ["ApiKey", "IdempotencyRecord"]

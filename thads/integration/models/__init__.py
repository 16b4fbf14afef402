from thads.integration.models.api_key import ApiKey

__all__ = ["ApiKey"]

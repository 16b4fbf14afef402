"""The textbook: the models of the project behind plain Django REST framework. ModelSerializer,
select_related and prefetch_related, DjangoFilterBackend, pages by number with an exact count, tokens of the
framework. It records an act by inserting the same rows as the project, and asks for no rule.
"""

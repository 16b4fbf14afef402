"""The admin site: pages for the staff of an office, made of what the API answers.

Every page asks the API in process (``asking``), as the person who signed in: the same gate, the same plans,
the same masks, the same refusals. The pages decide nothing; they put questions into forms and answers into
words.
"""

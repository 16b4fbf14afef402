"""Long work with an address: submitted, run by one worker at a time, resumed after a crash, watched by
whoever may see it.
"""

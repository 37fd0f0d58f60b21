"""A few of the kills of `almanac bench kill`, at moments that are new every time."""

import random

from bench import kill


def test_killed_and_resumed_nothing_is_lost_doubled_or_asked_again_in_vain(database):
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    found = kill.run(database, times=2, seed=seed)
    assert found["ok"], found

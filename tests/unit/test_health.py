from shared.health import BROKER_LOST_AFTER, LANE_STALLED_AFTER, Health


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_process_lives_while_its_lanes_move() -> None:
    clock = Clock()
    health = Health(clock)
    assert health.live() is None
    health.moved(3)
    clock.now += LANE_STALLED_AFTER + 1
    health.moved(1)
    assert "[3]" in (health.live() or "")
    health.forget(3)
    assert health.live() is None


def test_it_is_ready_once_joined_and_while_the_broker_answers() -> None:
    clock = Clock()
    health = Health(clock)
    assert health.ready() is not None
    health.joined = True
    assert health.ready() is not None
    health.broker_seen()
    assert health.ready() is None
    clock.now += BROKER_LOST_AFTER + 1
    assert "broker" in (health.ready() or "")

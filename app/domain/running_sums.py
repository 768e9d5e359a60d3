"""Running sums (Fenwick 1994) over the weights of a list: whom a remainder falls on is found in log n steps, not n."""

from __future__ import annotations

from collections.abc import Sequence


class RunningSums:
    """Positive integer weights in a fixed order, from which places are taken out one by one."""

    def __init__(self, weights: Sequence[int]) -> None:
        self.total = sum(weights)
        self._weights = list(weights)
        self._sums = [0, *weights]  # sums[i] holds the weights of the places i - (i & -i) + 1 … i, counted from 1
        for place in range(1, len(self._sums)):
            above = place + (place & -place)
            if above < len(self._sums):
                self._sums[above] += self._sums[place]
        self._widest = 1 << len(weights).bit_length()

    def place_of(self, rest: int) -> int:
        """The first place, counted from 0, with which the running sum of what is left exceeds ``rest`` (0 ≤ rest < total)."""
        place, step = 0, self._widest
        while step:
            ahead = place + step
            if ahead < len(self._sums) and self._sums[ahead] <= rest:
                place, rest = ahead, rest - self._sums[ahead]
            step >>= 1
        return place

    def take(self, place: int) -> None:
        """Take a place out: its weight counts no more."""
        weight, self._weights[place] = self._weights[place], 0
        self.total -= weight
        at = place + 1
        while at < len(self._sums):
            self._sums[at] -= weight
            at += at & -at

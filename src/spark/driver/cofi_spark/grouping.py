"""Block rows and block columns in groups, each of which one task works on, and the rounds of an epoch.

With S block rows, block (s, t) belongs to stratum (t - s) mod S. Row s meets its columns in the order of strata, and so
does column t its rows; nothing else matters to the digits. So a task may hold a group of rows, and walk through a group
of columns before these move on to the next task:

- round 0: of the group's own columns the blocks with s <= t;
- round r: all blocks of the group and the columns of the group r further on;
- last: of its own columns again, which have come around, the blocks with s > t.

An epoch of G groups takes G + 1 rounds and G (G + 1) tasks, however many block rows there are; of one, one of each.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True)
class Grouping:
    """How many block rows, and in how many groups of neighbours."""

    count: int
    groups: int

    @property
    def bounds(self) -> list[int]:
        """Group g holds the block rows [bounds[g], bounds[g + 1]), and the block columns of these numbers."""
        return [g * self.count // self.groups for g in range(self.groups + 1)]

    def group_of(self, place: int) -> int:
        """The group of a block row, or column."""
        return bisect_right(self.bounds, place) - 1

    @property
    def rounds(self) -> int:
        """Rounds of an epoch: one of a single group; where no group has two rows, none is left for the last."""
        return self.groups + (1 if self.count > self.groups > 1 else 0)

    def round_of(self, s: int, t: int) -> int:
        """The round in which block (s, t) is met."""
        row, column = self.group_of(s), self.group_of(t)
        if self.groups == 1:
            return 0
        if row == column:
            return 0 if s <= t else self.groups
        return (column - row) % self.groups

    def next_of(self, group: int, round: int) -> int:
        """The group that goes on with the columns that a group had in a round."""
        return group if round == self.groups else (group - 1) % self.groups

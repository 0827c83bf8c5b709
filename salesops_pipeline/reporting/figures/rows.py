"""The rows that figures are made of, as they are published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from salesops_pipeline.reporting.figures.company import Node, NodeType
from salesops_pipeline.reporting.ratios import Missing, Ratio, ratio

NO_CLOSED = "no closed opportunities"
NO_CLOSED_AMOUNT = "closed amount is zero"
NO_LOST_AMOUNT = "lost deals have no amount"
NO_QUOTA = "no quota"


@dataclass(frozen=True)
class Deal:
    """An opportunity with its as-was owner and team; amounts in the company's reporting currency."""

    opportunity_id: str
    opportunity_name: str
    account_name: str | None
    owner_person_id: str | None
    owner_name: str | None
    team_id: str | None
    stage_name: str
    stage_order: int | None
    status: str
    amount: Decimal | None
    close_date: dt.date | None
    closed_on: dt.date | None
    """The day the closing was entered, in the company's time zone; None while open."""
    days_to_close: int | None

    @property
    def booked_amount(self) -> Decimal:
        """The amount; zero where there is none."""
        return self.amount or Decimal(0)

    @property
    def booking_date(self) -> dt.date:
        """The close date of an opportunity that closed in a quarter: it has one, or it would be in no quarter."""
        assert self.close_date is not None, self.opportunity_id
        return self.close_date

    def days_past_due(self, day: dt.date) -> int:
        """By how many days the close date lies before a day; 0 when it does not, or is unknown."""
        return max((day - self.close_date).days, 0) if self.close_date else 0


@dataclass(frozen=True)
class Credit:
    """What one person is credited with for one won opportunity."""

    opportunity_id: str
    person_id: str | None
    team_id: str | None
    credit_share: Decimal | None
    amount: Decimal


@dataclass(frozen=True)
class PersonQuota:
    """A person's quota for the quarter, in the team of then."""

    person_id: str
    team_id: str | None
    amount: Decimal


@dataclass(frozen=True)
class WinRate:
    """Closed opportunities of a node in a quarter."""

    node_type: NodeType
    node_id: str
    quarter_start: dt.date
    won_count: int = 0
    closed_count: int = 0
    won_amount: Decimal = Decimal(0)
    closed_amount: Decimal = Decimal(0)
    no_rate_reason: str | None = None
    no_value_rate_reason: str | None = None

    @property
    def node(self) -> Node:
        """Whose rate it is."""
        return Node(self.node_type, self.node_id)

    @property
    def lost_count(self) -> int:
        """Opportunities closed without a win."""
        return self.closed_count - self.won_count

    @property
    def lost_amount(self) -> Decimal:
        """Their amount."""
        return self.closed_amount - self.won_amount

    def by_count(self) -> Ratio | Missing:
        """Won over closed opportunities."""
        return ratio(self.won_count, self.closed_count, reason=self.no_rate_reason, empty=NO_CLOSED)

    def by_value(self) -> Ratio | Missing:
        """Won over closed amount, unless the mart says why that would be no rate."""
        return ratio(self.won_amount, self.closed_amount, reason=self.no_value_rate_reason, empty=NO_CLOSED)


@dataclass(frozen=True)
class Attainment:
    """Credited bookings of a node in a quarter, and its quota."""

    node_type: NodeType
    node_id: str
    quarter_start: dt.date
    quota_amount: Decimal | None
    credited_amount: Decimal | None
    person_with_quota_count: int
    no_rate_reason: str | None

    @property
    def node(self) -> Node:
        """Whose attainment it is."""
        return Node(self.node_type, self.node_id)

    def rate(self) -> Ratio | Missing:
        """Credited over quota."""
        return ratio(self.credited_amount, self.quota_amount, reason=self.no_rate_reason, empty=NO_QUOTA)


@dataclass(frozen=True)
class Stage:
    """Open pipeline of a node in one stage."""

    node_type: NodeType
    node_id: str
    stage_name: str
    stage_order: int | None
    open_count: int
    open_amount: Decimal
    weighted_amount: Decimal
    past_due_count: int
    closing_this_quarter_amount: Decimal

    @property
    def node(self) -> Node:
        """Whose pipeline it is."""
        return Node(self.node_type, self.node_id)


@dataclass(frozen=True)
class Refused:
    """Values of an export that kept rows out, by file, column and reason."""

    source_system: str
    file_name: str
    column_name: str | None
    reason: str
    value_count: int


@dataclass(frozen=True)
class Movement:
    """Events of one type on one day for one node."""

    node_type: NodeType
    node_id: str
    event_type: str
    opportunity_count: int
    amount: Decimal

    @property
    def node(self) -> Node:
        """Where it happened."""
        return Node(self.node_type, self.node_id)


@dataclass(frozen=True)
class Event:
    """One change of one opportunity, with what it was like afterwards."""

    event_id: str
    opportunity_id: str
    opportunity_name: str
    account_name: str | None
    owner_person_id: str | None
    team_id: str | None
    event_type: str
    old_value: str | None
    new_value: str | None
    old_amount: Decimal | None
    amount: Decimal | None
    stage_name: str | None
    close_date: dt.date | None

    @property
    def weight(self) -> Decimal:
        """How much money moved: the difference for a change of amount, the whole amount for everything else."""
        if self.event_type in ("amount_increased", "amount_decreased"):
            return abs((self.amount or Decimal(0)) - (self.old_amount or Decimal(0)))
        return abs(self.amount or Decimal(0))

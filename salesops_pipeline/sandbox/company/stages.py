"""The sales process: its stages, and what each of them says about an opportunity."""

from __future__ import annotations

from dataclasses import dataclass

from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.people import system_user
from salesops_pipeline.sandbox.company.world import World


@dataclass(frozen=True)
class Stage:
    """A stage with the values that follow from it."""

    name: str
    probability: float
    forecast_category: str
    is_closed: int = 0
    is_won: int = 0

    @property
    def forecast_category_name(self) -> str:
        """The forecast category as people see it."""
        return {"BestCase": "Best Case", "Forecast": "Commit"}.get(self.forecast_category, self.forecast_category)


WON, LOST = "Closed Won", "Closed Lost"
STAGES = {
    stage.name: stage
    for stage in (
        Stage("Prospecting", 10.0, "Pipeline"),
        Stage("Qualification", 20.0, "Pipeline"),
        Stage("Discovery", 40.0, "BestCase"),
        Stage("Proposal", 60.0, "BestCase"),
        Stage("Negotiation", 80.0, "Forecast"),
        Stage(WON, 100.0, "Closed", is_closed=1, is_won=1),
        Stage(LOST, 0.0, "Omitted", is_closed=1),
    )
}
OPEN_STAGES = tuple(stage.name for stage in STAGES.values() if not stage.is_closed)


def founding(world: World) -> None:
    """Write the stages down as the org's picklist."""
    for position, stage in enumerate(STAGES.values(), start=1):
        world.new(
            "OpportunityStage",
            stamp(world.day, 15),
            system_user(world),
            MasterLabel=stage.name,
            ApiName=stage.name,
            IsActive=1,
            SortOrder=position,
            IsClosed=stage.is_closed,
            IsWon=stage.is_won,
            ForecastCategory=stage.forecast_category,
            ForecastCategoryName=stage.forecast_category_name,
            DefaultProbability=stage.probability,
        )

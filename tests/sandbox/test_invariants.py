"""What holds for every row of a company, as it does in a real org."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest

from salesops_pipeline.sandbox.company.clock import fiscal_quarter
from salesops_pipeline.sandbox.company.stages import STAGES
from salesops_pipeline.sandbox.ids import is_valid
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.store import Store
from tests.sandbox.conftest import UNTIL

KEPT_AFTER_PURGE = {
    ("Opportunity", "AccountId"),  # an integration wrote back the id of a merged account
    ("Lead", "ConvertedOpportunityId"),
    ("Lead", "ConvertedAccountId"),
    ("Account", "MasterRecordId"),
}
"""References that may point to rows that have left the recycle bin."""


@pytest.mark.parametrize("name", SOBJECTS)
def test_every_object_has_rows_with_valid_ids(books: Store, name: str) -> None:
    ids = [row[0] for row in books.query(f'select "Id" from "{name}"')]
    assert ids
    assert all(is_valid(record) and record.startswith(SOBJECTS[name].key_prefix) for record in ids)


@pytest.mark.parametrize("name", SOBJECTS)
def test_values_fit_their_fields(books: Store, name: str) -> None:
    rows = books.query(f'select * from "{name}"')
    for field in SOBJECTS[name].fields:
        values = [row[field.name] for row in rows]
        present = [value for value in values if value is not None]
        assert field.nillable or len(present) == len(values), field.name
        if field.picklist:
            assert set(present) <= set(field.picklist), field.name
        if field.length:
            assert all(len(value) <= field.length for value in present), field.name
        if field.type == "boolean":
            assert set(present) <= {0, 1}, field.name
        if field.type in ("currency", "double", "percent"):
            assert all(round(value, field.scale) == value for value in present), field.name
        if field.type == "date":
            assert all(dt.date.fromisoformat(value) for value in present), field.name
        if field.type == "datetime":
            assert all(len(value) == 28 and value.endswith(".000+0000") for value in present), field.name


@pytest.mark.parametrize("name", SOBJECTS)
def test_references_lead_somewhere(books: Store, name: str) -> None:
    for field in SOBJECTS[name].fields:
        if not field.reference_to:
            continue
        targets = " union all ".join(f'select "Id" from "{target}"' for target in field.reference_to)
        column = f'"{field.name}"'
        lost = books.query(f'select {column} from "{name}" where {column} is not null and {column} not in ({targets})')
        purged = {row[0] for row in books.query("select id from _deleted where is_purged = 1")}
        if (name, field.name) in KEPT_AFTER_PURGE:
            assert {row[0] for row in lost} <= purged
        else:
            assert lost == [], field.name


@pytest.mark.parametrize("name", [name for name, sobject in SOBJECTS.items() if sobject.has("SystemModstamp")])
def test_no_stamp_lies_in_the_future_and_system_writes_come_last(books: Store, name: str) -> None:
    end = f"{UNTIL}T23:59:59.999+0000"
    assert books.query(f'select count(*) from "{name}" where "SystemModstamp" > ?', (end,))[0][0] == 0
    if SOBJECTS[name].has("LastModifiedDate"):
        wrong = f'select count(*) from "{name}" where "LastModifiedDate" > "SystemModstamp"'
        assert books.query(wrong)[0][0] == 0
    if SOBJECTS[name].has("CreatedDate"):
        wrong = f'select count(*) from "{name}" where "CreatedDate" > "SystemModstamp"'
        assert books.query(wrong)[0][0] == 0


def test_system_jobs_touch_rows_without_moving_the_last_modified_date(books: Store) -> None:
    ties = books.query(
        'select "SystemModstamp", count(*) from "Account" where "SystemModstamp" > "LastModifiedDate"'
        " group by 1 order by 2 desc"
    )
    assert sum(row[1] for row in ties) > 50
    assert ties[0][1] > 5, "a job's rows share one stamp"


def test_lines_sum_to_the_amount(books: Store) -> None:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in books.query('select * from "OpportunityLineItem" where "IsDeleted" = 0'):
        sums[row["OpportunityId"]] += Decimal(str(row["TotalPrice"]))
    checked = 0
    for row in books.query('select * from "Opportunity" where "IsDeleted" = 0'):
        assert bool(row["HasOpportunityLineItem"]) == (row["Id"] in sums)
        if row["Id"] in sums:
            assert Decimal(str(row["Amount"])) == sums[row["Id"]]
            checked += 1
    assert checked > 100


def test_won_opportunities_have_lines(books: Store) -> None:
    won = 'select count(*) from "Opportunity" where "IsWon" = 1'
    assert books.query(won)[0][0] > 50
    assert books.query(f'{won} and "HasOpportunityLineItem" = 0')[0][0] == 0


def test_yen_have_no_decimals(books: Store) -> None:
    rows = books.query('select "Amount" from "Opportunity" where "CurrencyIsoCode" = \'JPY\' and "Amount" is not null')
    assert rows
    assert all(row[0] == int(row[0]) for row in rows)


def test_the_stage_decides_what_follows_from_it(books: Store) -> None:
    for row in books.query('select * from "Opportunity"'):
        stage = STAGES[row["StageName"]]
        assert (row["IsClosed"], row["IsWon"], row["Probability"], row["ForecastCategory"]) == (
            stage.is_closed,
            stage.is_won,
            stage.probability,
            stage.forecast_category,
        )
        if row["IsClosed"]:
            assert row["CloseDate"] <= UNTIL.isoformat()
        assert row["CloseDate"] >= row["CreatedDate"][:10]
        quarter = fiscal_quarter(dt.date.fromisoformat(row["CloseDate"]))
        assert (row["FiscalYear"], row["FiscalQuarter"]) == (quarter.year, quarter.number)
        if row["Amount"] is not None:
            assert row["ExpectedRevenue"] == pytest.approx(row["Amount"] * row["Probability"] / 100, abs=0.51)


def test_snapshots_lead_to_the_present_state(books: Store) -> None:
    fields = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory", "ExpectedRevenue")
    chains: defaultdict[str, list] = defaultdict(list)
    for row in books.query('select * from "OpportunityHistory" order by "CreatedDate", "Id"'):
        chains[row["OpportunityId"]].append(row)
    for row in books.query('select * from "Opportunity"'):
        chain = chains.pop(row["Id"])
        assert chain[0]["CreatedDate"] == row["CreatedDate"]
        assert [chain[-1][name] for name in fields] == [row[name] for name in fields]
        moments = [snapshot["CreatedDate"] for snapshot in chain]
        assert moments == sorted(set(moments)), "each change has its own second"
        for before, after in pairwise(chain):
            assert [before[name] for name in fields] != [after[name] for name in fields]
    assert not chains


@pytest.mark.parametrize("field", ["StageName", "Amount", "CloseDate", "Competitor__c"])
def test_field_history_is_a_chain_to_the_present_value(books: Store, field: str) -> None:
    chains: defaultdict[str, list] = defaultdict(list)
    rows = books.query(
        'select * from "OpportunityFieldHistory" where "Field" = ? order by "OpportunityId", "CreatedDate"', (field,)
    )
    for row in rows:
        chains[row["OpportunityId"]].append((row["OldValue"], row["NewValue"]))
    assert chains
    for opportunity, chain in chains.items():
        for (_, was), (old, _) in pairwise(chain):
            assert was == old
        now = books.query(f'select "{field}" from "Opportunity" where "Id" = ?', (opportunity,))[0][0]
        assert chain[-1][1] == (None if now is None else str(now))


def test_a_change_of_owner_is_written_with_names_and_with_ids(books: Store) -> None:
    rows = books.query('select * from "OpportunityFieldHistory" where "Field" = \'Owner\' order by "Id"')
    assert len(rows) >= 4
    for name, record in zip(rows[::2], rows[1::2], strict=True):
        assert (name["DataType"], record["DataType"]) == ("Text", "EntityId")
        assert (name["OpportunityId"], name["CreatedDate"]) == (record["OpportunityId"], record["CreatedDate"])
        for value in ("OldValue", "NewValue"):
            user = books.query('select "Name" from "User" where "Id" = ?', (record[value],))
            assert user[0][0] == name[value]
    last = {row["OpportunityId"]: row["NewValue"] for row in rows[1::2]}
    for opportunity, owner in last.items():
        assert books.query('select "OwnerId" from "Opportunity" where "Id" = ?', (opportunity,))[0][0] == owner


def test_revenue_splits_sum_to_everything(books: Store) -> None:
    splits: defaultdict[str, list] = defaultdict(list)
    for row in books.query(
        'select s.*, o."Amount", o."OwnerId" from "OpportunitySplit" s'
        ' join "OpportunitySplitType" t on t."Id" = s."SplitTypeId" and t."DeveloperName" = \'Revenue\''
        ' join "Opportunity" o on o."Id" = s."OpportunityId" where s."IsDeleted" = 0 and o."IsDeleted" = 0'
    ):
        splits[row["OpportunityId"]].append(row)
    assert len(splits) > 10
    for rows in splits.values():
        assert sum(row["SplitPercentage"] for row in rows) == 100
        total = sum(Decimal(str(row["SplitAmount"])) for row in rows)
        assert total == Decimal(str(rows[0]["Amount"] or 0))
        assert rows[0]["OwnerId"] in {row["SplitOwnerId"] for row in rows}
        assert len({row["SplitOwnerId"] for row in rows}) == len(rows)


def test_open_records_belong_to_people_who_work_here(books: Store) -> None:
    for name, condition in (("Opportunity", '"IsClosed" = 0'), ("Account", "1 = 1")):
        left = books.query(
            f'select count(*) from "{name}" r join "User" u on u."Id" = r."OwnerId"'
            f' where u."IsActive" = 0 and r."IsDeleted" = 0 and {condition}'
        )
        assert left[0][0] == 0, name


@pytest.mark.parametrize(
    ("name", "moment"), [("Task", "CreatedDate"), ("Task", "ActivityDate"), ("Event", "StartDateTime")]
)
def test_nobody_does_anything_before_they_are_hired_or_logs_it_after_they_left(
    books: Store, name: str, moment: str
) -> None:
    rows = books.query(
        f'select substr(a."{moment}", 1, 10), substr(a."CreatedDate", 1, 10), json_extract(p.data, \'$.hire\'),'
        f" json_extract(p.data, '$.leave') from \"{name}\" a"
        " join _latent p on p.kind = 'person' and p.id = a.\"OwnerId\""
    )
    assert rows
    assert all(happened >= hired for happened, _, hired, _ in rows)
    assert all(left is None or logged < left for _, logged, _, left in rows)


def test_quotas_are_per_closer_and_fiscal_quarter(books: Store) -> None:
    rows = books.query('select * from "ForecastingQuota"')
    keys = [(row["QuotaOwnerId"], row["StartDate"]) for row in rows]
    assert len(set(keys)) == len(keys) > 20
    for row in rows:
        period = books.query('select * from "Period" where "Id" = ?', (row["PeriodId"],))[0]
        assert (period["Type"], period["StartDate"]) == ("Quarter", row["StartDate"])
        assert row["QuotaAmount"] > 0


def test_periods_cover_the_fiscal_years_without_gap(books: Store) -> None:
    for kind in ("Month", "Quarter", "Year"):
        rows = books.query('select * from "Period" where "Type" = ? order by "StartDate"', (kind,))
        for row, following in pairwise(rows):
            assert dt.date.fromisoformat(row["EndDate"]) + dt.timedelta(days=1) == dt.date.fromisoformat(
                following["StartDate"]
            )
        assert rows[-1]["EndDate"] > (UNTIL + dt.timedelta(days=300)).isoformat()


def test_exchange_rates_cover_every_day_once(books: Store) -> None:
    for currency in ("USD", "EUR", "GBP", "JPY"):
        rows = books.query('select * from "DatedConversionRate" where "IsoCode" = ? order by "StartDate"', (currency,))
        assert rows[0]["StartDate"] == "2025-08-01"
        assert [row["NextStartDate"] for row in rows] == [row["StartDate"] for row in rows[1:]] + ["9999-12-31"]
        assert all((row["ConversionRate"] == 1) == (currency == "USD") for row in rows)


def test_some_data_is_as_dirty_as_in_life(books: Store) -> None:
    overdue = books.query('select count(*) from "Opportunity" where "IsClosed" = 0 and "CloseDate" < ?', (str(UNTIL),))
    assert overdue[0][0] > 0
    assert books.query('select count(*) from "Opportunity" where "Amount" is null')[0][0] > 0
    late = books.query('select count(*) from "Task" where "ActivityDate" < substr("CreatedDate", 1, 10)')
    assert late[0][0] > 20

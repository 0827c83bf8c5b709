-- A further load: of a share of the opportunities a new version, three of five of them open ones as far as there are so many.
-- Everything reads the lake as it is (views landed_<table>), so that any number of loads can follow one another.
create or replace macro chance(id, what) as (hash(id, what, seed(), horizon()) >> 11)::double / 9007199254740992;
create or replace macro minute_of(moment) as (epoch(moment)::bigint - epoch_zero() + 126230400) // 60;
-- Numbers of changed records count down from 2^24, so they never meet those of new ones; the slots keep apart loads that
-- write into the same minute.
create or replace macro change_number(moment, n, place) as
    number_in_minute(minute_of(moment), 16777215 - n, horizon() % 16 * 8 + place);
create or replace macro changed_pos(id) as last_horizon() + 0.02 + 0.96 * chance(id, 'moment');

create or replace temp table live as
select Id, arg_max(IsClosed, (_dlt_load_id::double, SystemModstamp)) as is_closed
from landed_opportunity
group by Id
having not arg_max(IsDeleted, (_dlt_load_id::double, SystemModstamp));

create or replace temp table wanted as
with shares as (
    select
        change_share() * count(*) as total,
        least(count(*) filter (not is_closed), 0.6 * change_share() * count(*)) as open_wanted,
        count(*) filter (not is_closed) as open,
        count(*) filter (is_closed) as closed
    from live
)

select live.Id
from live
cross join shares
where
    chance(live.Id, 'wanted')
    < case when live.is_closed then (total - open_wanted) / greatest(closed, 1) else open_wanted / greatest(open, 1) end;

create or replace temp table touched as
with versions as (
    select *
    from landed_opportunity
    where Id in (select Id from wanted)
    qualify row_number() over (partition by Id order by _dlt_load_id::double desc, SystemModstamp desc) = 1
),

drawn as (
    select
        versions.*,
        row_number() over (order by Id) as n,
        list_position(
            ['Prospecting', 'Qualification', 'Discovery', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'], StageName
        ) - 1 as stage,
        chance(Id, 'action') as x,
        -- Three in a hundred were committed late and carry a moment before the load that came first.
        case
            when chance(Id, 'late') < 0.03 and SystemModstamp < moment_at(last_horizon() - 1)
                then moment_at(last_horizon() - 1 + 0.9 * chance(Id, 'moment'))
            else greatest(moment_at(changed_pos(Id)), SystemModstamp + interval 1 second)
        end as changed_at
    from versions
),

decided as (
    select
        *,
        case
            when not IsClosed then case
                when x < 0.40 then 'advance' when x < 0.52 then 'lose' when x < 0.72 then 'push' when x < 0.87 then 'amount'
                when x < 0.92 then 'owner' when x < 0.94 then 'delete' else 'note'
            end
            when x < 0.45 then 'amount' when x < 0.75 then 'correct date' when x < 0.85 then 'owner'
            when x < 0.90 and not IsWon then 'reopen' when x < 0.93 then 'delete' else 'note'
        end as action
    from drawn
),

-- The main line of a configured opportunity takes up a change of the amount.
main_line as (
    select Id as line_id, OpportunityId as line_of, Quantity as old_quantity, TotalPrice as old_price
    from landed_opportunity_line_item
    where SortOrder = 1 and OpportunityId in (select Id from decided where action = 'amount')
    qualify row_number() over (partition by Id order by _dlt_load_id::double desc, SystemModstamp desc) = 1
)

select
    decided.*,
    line_id,
    old_quantity + case when x * 1000 % 1 < 0.5 then 1 else greatest(1, round(old_quantity * 0.15)) end as line_quantity,
    (old_price / old_quantity * line_quantity)::decimal(18, 2) as line_price,
    case
        when action = 'advance' then stage + 1 when action = 'lose' then 6 when action = 'reopen' then 1 else stage
    end as new_stage,
    case
        when action <> 'amount' then Amount
        when line_id is not null then Amount - old_price + line_price
        else round(Amount * (0.8 + 0.4 * (x * 1000 % 1)), -2)
    end::decimal(18, 2) as new_amount,
    case
        when action = 'lose' or new_stage = 5 and action = 'advance' then changed_at::date
        when action in ('push', 'reopen') then last_day((changed_at + interval 30 day)::date)
        when action = 'correct date' then greatest(CreatedDate::date, CloseDate - 3)
        else CloseDate
    end as new_close_date,
    case when action = 'owner' then closer_id else OwnerId end as new_owner
from decided
left join main_line on decided.Id = main_line.line_of
left join (select c, id as closer_id from closer) as new_closer
    on floor(chance(decided.Id, 'owner') * closers_at(horizon()))::bigint = new_closer.c;

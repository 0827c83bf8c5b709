-- The whole life of a range of opportunities, drawn at once: when each stage would be entered, when and how it ends, when its
-- date is pushed and its amount changes. What lies behind the horizon has not happened yet.
create or replace temp table plan as
with numbered as (
    select
        i,
        opportunity_pos(i) as pos,
        opportunity_kind(i) as kind,
        opportunity_source(i) as source,
        floor(u(i, 'family') * 4)::bigint as family
    from (select unnest(range(opportunity_from(), opportunity_to())) as i)
),

with_account as (
    select *, chosen_account(i, pos) as chosen, survivor(chosen) as a, account_closer(a) as closer_c
    from numbered
),

placed as (
    select
        with_account.*,
        account_segment(a) as segment,
        territory.currency,
        territory.legal_forms,
        case when closer.left_pos <= pos then closer.next_id else closer.id end as first_owner,
        closer.helper_id as helper,
        configured_currency.rate as currency_rate,
        configured_currency.decimals
    from with_account
    inner join closer on with_account.closer_c = closer.c
    inner join territory on closer.region = territory.region and account_place(a, territory.places) = territory.place
    inner join configured_currency on territory.currency = configured_currency.code
),

weighed as (
    select
        *,
        case kind when 'New Business' then 1.0 when 'Expansion' then 2.0 else 6.0 end
        * ([1.0, 1.15, 0.9, 1.1])[family + 1]
        * case source when 'Web' then 0.95 when 'Referral' then 1.5 when 'Partner' then 1.2 when 'Outbound' then 0.8 else 0.85 end
        * exp(0.6 * gauss(i, 'quality')) as odds,
        case kind when 'New Business' then 1.0 when 'Expansion' then 1.3 else 0.65 end
        * case segment when 'Small Business' then 1.5 when 'Mid-Market' then 1.0 else 0.65 end
        * case when kind <> 'Renewal' and u(i, 'neglected') < 0.04 then 0.1 else 1.0 end as pace,
        case when kind = 'Renewal' then 2 when u(i, 'first stage') < 0.7 then 0 else 1 end as s0
    from placed
),

-- A stage ends after an exponential time; the ratio of the hazards says whether it is left forwards or the deal is lost.
dwelt as (
    select
        *,
        list_transform(range(5), s -> (
            -ln(1 - u(i, 'dwell ' || s)) / (pace * (stage_advance(s) * sqrt(odds) + stage_lose(s) / sqrt(odds)))
        )) as dwell,
        list_transform(range(5), s -> (
            u(i, 'advances ' || s) * (stage_advance(s) * sqrt(odds) + stage_lose(s) / sqrt(odds))
            < stage_advance(s) * sqrt(odds)
        )) as advances
    from weighed
),

entered as (
    select
        *,
        case when s0 >= 1 then pos when advances[1] then pos + dwell[1] else 1e9 end as enter1,
        case when s0 >= 2 then pos when advances[2] then enter1 + dwell[2] else 1e9 end as enter2,
        case when advances[3] then enter2 + dwell[3] else 1e9 end as enter3,
        case when advances[4] then enter3 + dwell[4] else 1e9 end as enter4,
        enter4 < 1e8 and advances[5] as is_won,
        case
            when enter4 < 1e8 then enter4 + dwell[5] when enter3 < 1e8 then enter3 + dwell[4]
            when enter2 < 1e8 then enter2 + dwell[3] when enter1 < 1e8 then enter1 + dwell[2] else pos + dwell[1]
        end as close_pos
    from dwelt
),

dated as (
    select
        *,
        pos + greatest(
            5, case kind when 'New Business' then 95 when 'Expansion' then 60 else 80 end * 5 / 7 * exp(0.35 * gauss(i, 'cycle'))
        ) as due0,
        due0 + between_u(i, 'push 1', 10, 43) as due1,
        due1 + between_u(i, 'push 2', 10, 43) as due2,
        due2 + between_u(i, 'push 3', 10, 43) as due3,
        due3 + between_u(i, 'push 4', 10, 43) as due4,
        case
            when kind = 'Renewal' then least(pos + 0.002, close_pos)
            when enter3 < 1e8 and u(i, 'configured') < 0.9 then least(enter3 + 0.002, close_pos)
            when is_won then close_pos
            else 1e9
        end as configured_pos,
        case when u(i, 'renegotiated') < 0.3 then pos + (close_pos - pos) * u(i, 'renegotiation') else 1e9 end as renegotiated_pos,
        case when u(i, 'late edit') < 0.02 then close_pos + between_u(i, 'late by', 5, 40) else 1e9 end as late_pos,
        case when not is_won and u(i, 'reopened') < 0.01 then close_pos + between_u(i, 'reopened after', 5, 30) else 1e9 end as reopened_pos,
        reopened_pos + between_u(i, 'closed again', 10, 60) as closed_again_pos,
        case when u(i, 'handed over') < 0.05 then pos + (close_pos - pos) * u(i, 'handover') else 1e9 end as handover_pos
    from entered
),

valued as (
    select
        *,
        u(i, 'won after all') < 0.4 as is_won_again,
        case segment when 'Small Business' then 9000 when 'Mid-Market' then 24000 else 64000 end
        * case kind when 'Expansion' then 0.45 else 1.0 end * exp(0.45 * gauss(i, 'amount')) * currency_rate as expected,
        case when kind = 'New Business' and u(i, 'no amount') < 0.03 then null else rounded_guess(expected) end as guess,
        between_u(i, 'main share', 0.6, 1.0) as main_share,
        pick([0, 0, 0, 5, 7.5, 10, 12.5, 15, 20], u(i, 'discount'))::double as discount,
        between_u(i, 'renegotiated by', 0.75, 1.25) as factor2,
        between_u(i, 'corrected by', 0.9, 1.1) as factor3,
        case when source = 'Partner' then 2 else 1 end as book,
        (u(i, 'deleted') < 0.002) as is_deleted
    from dated
)

select
    valued.* exclude (dwell, advances),
    main.n as entry1, main.product_n as product1, main.code as code1, main.name as product_name1, main.unit_price as price1,
    other.n as entry2, other.product_n as product2, other.code as code2, other.name as product_name2, other.unit_price as price2,
    opportunity_id(i) as id,
    account_id(case when u(i, 'keeps merged') < 0.1 then chosen else a end) as account_id,
    contact_id(a, 0) as contact_id,
    contact_id(a, 1) as other_contact_id,
    left(
        account_stem(a) || ' ' || pick(legal_forms, u(a, 'form')) || ' - '
        || (['Platform', 'Analytics', 'Integration', 'Services'])[family + 1] || ' ' || kind, 120
    ) as name
from valued
inner join price as main
    on
        family * 3 + floor(u(i, 'product') * 3)::bigint + 1 = main.product_n
        and valued.book = main.book and valued.currency = main.currency
inner join price as other
    on
        (family + 1 + floor(u(i, 'other family') * 3)::bigint) % 4 * 3 + floor(u(i, 'other product') * 3)::bigint + 1 = other.product_n
        and valued.book = other.book and valued.currency = other.currency;

-- What happened to them, and what they looked like after each happening; what changed nothing has left no trace.
create or replace temp table happening as
with moments as (
    select
        plan.*,
        unnest(range(16)) as slot,
        unnest([
            pos, enter1, enter2, enter3, enter4, close_pos, configured_pos, renegotiated_pos, due0 - 1, due1 - 1, due2 - 1,
            due3 - 1, late_pos, reopened_pos, closed_again_pos, handover_pos
        ]) as moment
    from plan
),

happened as (
    select
        *,
        close_pos <= moment as is_closed_once,
        case when late_pos <= moment then factor2 * factor3 when renegotiated_pos <= moment then factor2 else 1.0 end as factor
    from moments
    where
        moment < horizon()
        and case
            when slot between 1 and 4 then moment > pos when slot between 8 and 11 then pace > 0.11 and moment < close_pos
            else true
        end
),

described as (
    select
        i, id, slot, moment, currency, kind,
        case when handover_pos <= moment then helper else first_owner end as owner_id,
        case
            when closed_again_pos <= moment then case when is_won_again then 5 else 6 end
            when reopened_pos <= moment then 1
            when is_closed_once then case when is_won then 5 else 6 end
            when enter4 <= moment then 4 when enter3 <= moment then 3 when enter2 <= moment then 2 when enter1 <= moment then 1
            else 0
        end as stage,
        case
            when configured_pos <= moment
                then line_total(expected * factor * case when main_share > 0.9 then 1 else main_share end, price1, discount, decimals)
                    + case when main_share > 0.9 then 0 else line_total(expected * factor * (1 - main_share), price2, discount, decimals) end
            else money(case when factor = 1.0 then guess else rounded_guess(guess * factor) end, decimals)
        end::decimal(18, 2) as amount,
        case
            when closed_again_pos <= moment then day_at(closed_again_pos)
            when reopened_pos <= moment then sellers_date(closed_again_pos + 5, u(i, 'date again'))
            when is_closed_once then day_at(close_pos) - case when u(i, 'backdated') < 0.04 and close_pos > pos + 5 then 2 else 0 end
            when pace <= 0.11 or moment < due0 - 1 then sellers_date(due0, u(i, 'date 0'))
            when moment < due1 - 1 then sellers_date(due1, u(i, 'date 1'))
            when moment < due2 - 1 then sellers_date(due2, u(i, 'date 2'))
            when moment < due3 - 1 then sellers_date(due3, u(i, 'date 3'))
            else sellers_date(due4, u(i, 'date 4'))
        end as close_date
    from happened
),

compared as (
    select
        *,
        lag(owner_id) over happenings as old_owner_id,
        lag(stage) over happenings as old_stage,
        lag(amount) over happenings as old_amount,
        lag(close_date) over happenings as old_close_date
    from described
    window happenings as (partition by i order by moment, slot)
)

select
    *,
    slot = 0 or stage <> old_stage or amount is distinct from old_amount or close_date <> old_close_date as is_snapshot,
    row_number() over (partition by i order by moment desc, slot desc) as recency,
    max(case when slot = 0 or stage <> old_stage then moment end) over (partition by i) as stage_changed,
    count(case when old_stage < 5 and stage < 5 and date_trunc('month', close_date) > date_trunc('month', old_close_date) then 1 end)
        over (partition by i) as pushes
from compared
where
    slot = 0 or stage <> old_stage or amount is distinct from old_amount or close_date <> old_close_date
    or owner_id <> old_owner_id;

create or replace temp table state as
select
    happening.*, plan.* exclude (i, id, currency, kind),
    configured_pos <= happening.moment as is_configured,
    case when late_pos < horizon() then factor2 * factor3 when renegotiated_pos < horizon() then factor2 else 1.0 end as factor,
    case when is_deleted then least(happening.moment + 1, horizon() - 0.005) else happening.moment end as stamp
from happening
inner join plan on happening.i = plan.i
where happening.recency = 1;

-- Ten activities around each opportunity: six about it, two about leads of its time, two about its account; four of five
-- are tasks, the others meetings.
create or replace temp table activity as
with numbered as (
    select
        i,
        unnest(range(10)) as j,
        pos, close_pos, id, account_id, contact_id, other_contact_id, is_deleted, currency,
        case when handover_pos < horizon() and u(i, 'by new owner') < 0.5 then helper else first_owner end as owner_id
    from plan
),

drawn as (
    select
        *,
        i * 10 + j as n,
        least(case when j < 6 then close_pos when j < 8 then pos + 15 else pos + 120 end, horizon() - 0.01) as last_pos,
        pos + greatest(last_pos - pos, 0) * u(n, 'activity') as moment,
        u(n, 'activity kind') as kind_draw
    from numbered
)

select
    i, j, n, moment, owner_id, currency, kind_draw,
    happening_number(moment, i, j) as number,
    case when kind_draw < 0.3 then 'call' when kind_draw < 0.66 then 'email' when kind_draw < 0.8 then 'todo' else 'meeting' end as kind,
    case
        when j between 6 and 7 then record_id('00Q', lead_of(i) + j - 5)
        when u(n, 'who') < 0.5 then contact_id when u(n, 'who') < 0.9 then other_contact_id
    end as who_id,
    case when j < 6 then id when j >= 8 then account_id end as what_id,
    case when j < 6 or j >= 8 then account_id end as account_id,
    case when u(n, 'logged late') < 0.07 and moment - pos > 5 then 1 + floor(u(n, 'days late') * 5) else 0 end as late,
    is_deleted and j < 6 or u(n, 'activity deleted') < 0.001 as is_deleted
from drawn;

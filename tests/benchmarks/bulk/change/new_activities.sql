-- Eight activities for each touched opportunity; with the ten of each new one that makes ten for each that changed.
create or replace temp table activity as
select
    n as i, j, n * 8 + j as n, last_horizon() + 0.98 * chance(Id, 'activity ' || j) as moment, new_owner as owner_id,
    CurrencyIsoCode as currency, chance(Id, 'kind ' || j) as kind_draw,
    happening_number(last_horizon() + 0.98 * chance(Id, 'activity ' || j), 16777215 - n, horizon() % 16 * 8 + j) as number,
    case when kind_draw < 0.3 then 'call' when kind_draw < 0.66 then 'email' when kind_draw < 0.8 then 'todo' else 'meeting' end as kind,
    ContactId as who_id, Id as what_id, AccountId as account_id,
    -- Some are logged days after they took place.
    case when chance(Id, 'logged late ' || j) < 0.07 then 1 + floor(5 * chance(Id, 'days late ' || j)) else 0 end as late,
    false as is_deleted
from (select *, unnest(range(8)) as j from touched where action <> 'delete') as touched;

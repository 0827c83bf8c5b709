-- Attributes of opportunities by their running number.

-- Business grows: more opportunities are opened in the later years. Those of a further load lie in its own time.
create or replace macro opportunity_pos(i) as case
    when i >= opportunities() then new_pos(i - first_new_opportunity(), new_opportunities())
    else first_horizon() * pow((i + 0.5) / opportunities(), 0.85)
end;
create or replace macro opportunity_id(i) as record_id('006', i + 1);
create or replace macro opportunity_kind(i) as case
    when u(i, 'kind') < 0.58 then 'New Business' when u(i, 'kind') < 0.89 then 'Renewal' else 'Expansion'
end;
create or replace macro opportunity_source(i) as case
    when opportunity_kind(i) = 'New Business' then lead_source(u(i, 'source'))
    when opportunity_kind(i) = 'Renewal' then 'Referral'
    else 'Outbound'
end;
create or replace macro came_from_lead(i) as opportunity_kind(i) = 'New Business' and u(i, 'lead') < 0.4;

-- Ids of what happens to an opportunity grow with time, to the minute, and are unique by its number (below 2^24) and a slot
-- (below 128).
create or replace macro number_in_minute(minute, i, slot) as minute * 2147483648 + i * 128 + slot;
create or replace macro happening_number(pos, i, slot) as
    number_in_minute((second_at(pos) + 126230400) // 60, i, slot);

create or replace macro stage_name(s) as ['Prospecting', 'Qualification', 'Discovery', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'][s + 1];
create or replace macro stage_probability(s) as [10, 20, 40, 60, 80, 100, 0][s + 1];
create or replace macro stage_category(s) as ['Pipeline', 'Pipeline', 'BestCase', 'BestCase', 'Forecast', 'Closed', 'Omitted'][s + 1];
create or replace macro category_name(s) as ['Pipeline', 'Pipeline', 'Best Case', 'Best Case', 'Commit', 'Closed', 'Omitted'][s + 1];

create or replace macro money(x, decimals) as round(x, decimals)::decimal(18, 2);
create or replace macro rounded_guess(x) as round(x / pow(10, floor(log10(x)) - 1)) * pow(10, floor(log10(x)) - 1);
create or replace macro line_quantity(target, price, discount) as
    greatest(1, round(target / (price * (1 - discount / 100))));
create or replace macro line_total(target, price, discount, decimals) as
    money(line_quantity(target, price, discount) * price * (1 - discount / 100), decimals);
create or replace macro chosen_account(i, pos) as floor(u(i, 'account') * accounts_at(pos))::bigint;

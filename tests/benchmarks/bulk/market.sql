-- Who buys: attributes of accounts, contacts and leads by their running number.

-- Records of a further load are spread over its own time.
create or replace macro new_pos(n, count) as last_horizon() + (horizon() - last_horizon()) * (n + 0.5) / greatest(count, 1);

create or replace macro closers_at(pos) as
    greatest(1, floor(closers() * (0.7 + 0.3 * greatest(0, least(1, pos / (0.95 * first_horizon()))))))::bigint;

-- An account is older than the history (60 %) or was found in the course of it, in the order of its number.
create or replace macro accounts_at(pos) as
    floor(accounts() * (0.6 + 0.4 * greatest(0, least(1, pos / first_horizon()))))::bigint;
create or replace macro account_pos(a) as case
    when a >= accounts() then new_pos(a - first_new_account(), new_accounts())
    when a < 0.6 * accounts() then -1000 * (1 - a / (0.6 * accounts()))
    else first_horizon() * (a - 0.6 * accounts()) / (0.4 * accounts())
end;
create or replace macro account_id(a) as record_id('001', a + 1);
create or replace macro account_closer(a) as floor(u(a, 'owner') * closers_at(account_pos(a)))::bigint;
create or replace macro account_place(a, places) as floor(u(a, 'place') * places)::bigint;
create or replace macro account_segment(a) as case
    when u(a, 'segment') < 0.5 then 'Small Business' when u(a, 'segment') < 0.85 then 'Mid-Market' else 'Enterprise'
end;
create or replace macro account_stem(a) as
    pick(company_first_names(), u(a, 'stem')) || ' ' || pick(company_second_names(), u(a, 'second'))
    || pick(['', '', '', ' Group', ' International', ' Services', ' Labs'], u(a, 'ending'));

-- One account in a hundred is a duplicate that was merged; its survivor never is one.
create or replace macro is_merged(a) as a % 10 <> 0 and a < accounts() and u(a, 'merged') < 0.01;
create or replace macro survivor(a) as case when is_merged(a) then a - a % 10 else a end;

create or replace macro contact_count(a) as 1 + floor(u(a, 'contacts') * 4)::bigint;
create or replace macro contact_id(a, n) as record_id('003', a * 4 + n % contact_count(a) + 1);

-- Six leads for five opportunities. An opportunity that came from a lead came from the one with six fifths of its number.
create or replace macro lead_of(i) as i * 6 // 5;
create or replace macro opportunity_of_lead(n) as (n * 5 + 5) // 6;
create or replace macro lead_id(n) as record_id('00Q', n + 1);
create or replace macro lead_source(x) as case
    when x < 0.34 then 'Web' when x < 0.5 then 'Event' when x < 0.62 then 'Referral' when x < 0.72 then 'Partner'
    when x < 0.9 then 'Outbound' else 'Advertisement'
end;

create or replace macro campaign_pos(c) as first_horizon() * (c + 0.5) / campaigns();
create or replace macro campaign_at(pos) as
    greatest(0, least(campaigns() - 1, floor(pos / first_horizon() * campaigns())::bigint));

-- Chance, time, ids and numbers of the bulk company. Every attribute of a record is a function of the seed and the
-- record's running number, so rows need no memory of one another and may be written in any order.
-- Parameters (seed(), opportunities(), ...) are macros without arguments, made by bulk_lake.py.

-- Chance ---------------------------------------------------------------------------------------------------------------
create or replace macro u(n, what) as (hash(n::bigint, what, seed()) >> 11)::double / 9007199254740992;
create or replace macro between_u(n, what, low, high) as low + (high - low) * u(n, what);
create or replace macro gauss(n, what) as sqrt(-2 * ln(1 - u(n, what || '/r'))) * cos(2 * pi() * u(n, what || '/a'));
create or replace macro pick(list, x) as list[1 + floor(x * len(list))::bigint];

-- Time: a position is a number of working days since day_zero(), a Monday. Positions are ordered as moments are. --------
create or replace macro day_number(pos) as (floor(floor(pos) / 5) * 7 + floor(pos) - floor(floor(pos) / 5) * 5)::bigint;
create or replace macro day_at(pos) as day_zero() + day_number(pos)::integer;
create or replace macro second_at(pos) as day_number(pos) * 86400 + 28800 + floor((pos - floor(pos)) * 43200)::bigint;
create or replace macro moment_at(pos) as to_timestamp(epoch_zero() + second_at(pos));
create or replace macro sellers_date(pos, x) as case when x < 0.6 then last_day(day_at(pos)) else day_at(pos) end;
create or replace macro fiscal_year(day) as year(day) + (month(day) >= 2)::bigint;
create or replace macro fiscal_quarter(day) as (month(day) + 10) % 12 // 3 + 1;

-- Ids as Salesforce builds them: 15 characters that grow with the number, and 3 that repeat the case of the first 15. ----
create or replace macro base62(digit) as
    substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', digit + 1, 1);
create or replace macro upper_bit(digit, weight) as case when digit between 10 and 35 then weight else 0 end;
create or replace macro case_char(bits) as substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', bits + 1, 1);
create or replace macro letter_bit(letter, weight) as case when letter between 'A' and 'Z' then weight else 0 end;
create or replace macro prefix_case(prefix) as case_char(
    letter_bit(substr(prefix, 1, 1), 1) + letter_bit(substr(prefix, 2, 1), 2) + letter_bit(substr(prefix, 3, 1), 4) + 8
);
create or replace macro digit62(n, power) as (n // power % 62)::integer;
create or replace macro id_from_digits(prefix, d) as
    prefix || 'Bk0' || base62(d[1]) || base62(d[2]) || base62(d[3]) || base62(d[4]) || base62(d[5]) || base62(d[6])
    || base62(d[7]) || base62(d[8]) || base62(d[9]) || prefix_case(prefix)
    || case_char(upper_bit(d[1], 2) + upper_bit(d[2], 4) + upper_bit(d[3], 8) + upper_bit(d[4], 16))
    || case_char(
        upper_bit(d[5], 1) + upper_bit(d[6], 2) + upper_bit(d[7], 4) + upper_bit(d[8], 8) + upper_bit(d[9], 16)
    );
create or replace macro record_id(prefix, n) as id_from_digits(prefix, [
    digit62(n, 218340105584896), digit62(n, 3521614606208), digit62(n, 56800235584), digit62(n, 916132832),
    digit62(n, 14776336), digit62(n, 238328), digit62(n, 3844), digit62(n, 62), digit62(n, 1)
]);

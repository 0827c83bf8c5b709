{#- A moment with a time zone as the same moment in UTC without one: timestamps in the warehouse are UTC. -#}
{% macro to_utc(expression) %}{{ return(adapter.dispatch('to_utc')(expression)) }}{% endmacro %}

{% macro duckdb__to_utc(expression) -%}
    make_timestamp(epoch_us({{ expression }}))
{%- endmacro %}

{% macro spark__to_utc(expression) -%}
    {{ expression }}
{%- endmacro %}


{#- Unix seconds as text to a UTC timestamp, rounded to microseconds. -#}
{% macro epoch_to_timestamp(expression) %}{{ return(adapter.dispatch('epoch_to_timestamp')(expression)) }}{% endmacro %}

{% macro duckdb__epoch_to_timestamp(expression) -%}
    make_timestamp(cast(floor(cast({{ expression }} as double) * 1000000 + 0.5) as bigint))
{%- endmacro %}

{% macro spark__epoch_to_timestamp(expression) -%}
    timestamp_micros(cast(floor(cast({{ expression }} as double) * 1000000 + 0.5) as bigint))
{%- endmacro %}


{#- The calendar day of a UTC timestamp in a time zone. -#}
{% macro local_date(expression, time_zone) %}
    {{- return(adapter.dispatch('local_date')(expression, time_zone)) -}}
{% endmacro %}

{% macro duckdb__local_date(expression, time_zone) -%}
    {{ in_known_time_zones("cast((" ~ expression ~ " at time zone 'UTC') at time zone $zone as date)", time_zone) }}
{%- endmacro %}

{% macro spark__local_date(expression, time_zone) -%}
    cast(from_utc_timestamp({{ expression }}, {{ time_zone }}) as date)
{%- endmacro %}


{#-
    The UTC timestamp at which a day begins in a time zone. Where clocks are set back over midnight a day has two of them,
    and begins with the first: the moment after the last of the day before, which there is only once.
-#}
{% macro start_of_day(expression, time_zone) %}
    {{- return(adapter.dispatch('start_of_day')(expression, time_zone)) -}}
{% endmacro %}

{% macro duckdb__start_of_day(expression, time_zone) -%}
    {%- set before = "(cast(" ~ expression ~ " as timestamp) - interval 1 microsecond)" -%}
    {{ in_known_time_zones("make_timestamp(epoch_us(" ~ before ~ " at time zone $zone) + 1)", time_zone) }}
{%- endmacro %}

{% macro spark__start_of_day(expression, time_zone) -%}
    to_utc_timestamp(cast({{ expression }} as timestamp), {{ time_zone }})
{%- endmacro %}


{#-
    An expression with a time zone (`$zone`), written out for each zone that the policy names: DuckDB prepares a zone that
    is a constant once, and one that comes from a column for each row, which takes five times as long.
-#}
{% macro in_known_time_zones(expression, time_zone) -%}
    {%- set is_model = execute and model.resource_type == 'model' -%}
    {%- set companies = adapter.get_relation(this.database, 'staging', 'stg_policy__companies') if is_model else none -%}
    {%- set zones = run_query('select distinct time_zone from ' ~ companies ~ ' order by 1 limit 20').rows if companies -%}
    {%- if not zones -%}
        {{ return(expression.replace('$zone', time_zone)) }}
    {%- endif -%}
    case {{ time_zone }}
    {%- for zone in zones %} when '{{ zone[0] }}' then {{ expression.replace('$zone', "'" ~ zone[0] ~ "'") }}{% endfor %}
        else {{ expression.replace('$zone', time_zone) }}
    end
{%- endmacro %}


{#- A date some months or days on, as a date (adding an interval gives a timestamp on some engines). -#}
{% macro add_months(expression, months) %}{{ return(adapter.dispatch('add_months')(expression, months)) }}{% endmacro %}

{% macro duckdb__add_months(expression, months) -%}
    cast({{ expression }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(expression, months) -%}
    add_months({{ expression }}, cast({{ months }} as int))
{%- endmacro %}

{% macro add_days(expression, days) %}{{ return(adapter.dispatch('add_days')(expression, days)) }}{% endmacro %}

{% macro duckdb__add_days(expression, days) -%}
    ({{ expression }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(expression, days) -%}
    date_add({{ expression }}, cast({{ days }} as int))
{%- endmacro %}


{#- Whole days from one date to another, negative when the second is earlier. -#}
{% macro days_between(earlier, later) %}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{% endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    cast(date_diff('day', {{ earlier }}, {{ later }}) as integer)
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}


{#- Every day in [first, last) of the rows of a relation, one row per day, in the column date_day. -#}
{% macro explode_days(first, last) %}{{ return(adapter.dispatch('explode_days')(first, last)) }}{% endmacro %}

{% macro duckdb__explode_days(first, last) -%}
    cast(unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp) - interval 1 day, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__explode_days(first, last) -%}
    explode(sequence({{ first }}, date_sub({{ last }}, 1), interval 1 day))
{%- endmacro %}


{#- The day of the week: 1 is Monday, 7 is Sunday. -#}
{% macro day_of_week(expression) %}{{ return(adapter.dispatch('day_of_week')(expression)) }}{% endmacro %}

{% macro duckdb__day_of_week(expression) -%}
    cast(isodow({{ expression }}) as integer)
{%- endmacro %}

{% macro spark__day_of_week(expression) -%}
    (weekday({{ expression }}) + 1)
{%- endmacro %}

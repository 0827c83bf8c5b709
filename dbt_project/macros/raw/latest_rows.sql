{#-
    The newest version of every record of an append-only raw table, deleted records included. The key is an expression that
    is never null.

    Deduplicate first, drop deleted rows second: the other way round an older, live version of a deleted record would
    come back.
-#}
{% macro latest_rows(system, table, key, stamp, with_custom_fields=false) -%}
    {{ return(first_per_key(
        raw_table(system, table, newest_suffice=true),
        alias='raw_rows',
        key=key,
        order=newest_first('raw_rows', stamp, raw_columns(system, table, with_custom_fields)),
    )) }}
{%- endmacro %}


{#-
    The order of the versions of a record, the newest first: the load that brought the row, then the source's own stamp,
    then the content (`columns`, see raw_columns), so that the order is total.

    The load goes first because a later load is always later knowledge, and the stamp is not. A record that got a
    tombstone when the permission to read it was lost comes back unchanged, with the old stamp, when the permission
    returns; and a clock that steps back at the source would let the wrong version win over its correction. The stamp
    decides between versions that came in one load.
-#}
{% macro newest_first(alias, stamp, columns) -%}
cast({{ alias }}._dlt_load_id as double) desc, {{ stamp }} desc nulls last {{- then_by_content(alias, columns) }}
{%- endmacro %}


{#- The order of the versions of a record that never changes, the one that came first at the head. -#}
{% macro oldest_first(alias, columns) -%}
cast({{ alias }}._dlt_load_id as double) {{- then_by_content(alias, columns) }}
{%- endmacro %}


{#- The rows of the newest load of a raw table that every load brings whole. -#}
{% macro newest_load(system, table) -%}
(
    select *
    from (
        select
            raw_rows.*,
            rank() over (order by cast(_dlt_load_id as double) desc) as load_rank
        from {{ raw_table(system, table) }} as raw_rows
    ) as ranked
    where load_rank = 1
)
{%- endmacro %}


{#- When we learned a raw row: the moment its load package began. -#}
{% macro known_at() -%}
{{ epoch_to_timestamp('_dlt_load_id') }}
{%- endmacro %}


{#-
    The rows of an entity (or of the quarantine) that count: those of the newest load of each feed of each mapping. Every
    export is complete, so a row that the newest load of its feed lacks is gone, also when that load brought no row.
-#}
{% macro newest_feed_rows(table) -%}
(
    select feed_rows.*
    from {{ raw_table('files', table) }} as feed_rows
    inner join {{ latest_rows('files', 'feed_load', key="_source || ':' || entity || ':' || _feed", stamp='cast(_dlt_load_id as double)') }}
        as feed_loads
        on
            feed_rows._source = feed_loads._source
            and feed_rows._feed = feed_loads._feed
            and feed_rows._dlt_load_id = feed_loads._dlt_load_id
            and feed_loads.entity = {{ 'feed_rows.entity' if table == 'quarantine' else "'" ~ table ~ "'" }}
)
{%- endmacro %}


{#-
    What a staging model of the files connector declares for incremental builds (see `part`): its rows come and go with
    their feed.
-#}
{% macro keyed_by_feed(table) %}
    {%- set feed = "_source || ':' || _feed" -%}
    {{ return({'key': feed, 'inputs': {'files.' ~ table: feed, 'files.feed_load': feed}}) }}
{% endmacro %}

{# Fails with the intervals [valid_from, valid_to) of an entity that begin before the one before has ended. #}
{% test no_overlap(model, entity) %}

    with intervals as (
        select
            {{ entity | join(', ') }},
            valid_from,
            lag(coalesce(valid_to, {{ far_future() }})) over (
                partition by {{ entity | join(', ') }} order by valid_from
            ) as previous_valid_to
        from {{ checked_within(model, entity) }}
    )

    select *
    from intervals
    where valid_from < previous_valid_to

{% endtest %}

{# Fails where the intervals of an entity overlap, leave a gap, do not begin in the far past or do not last. #}
{% test continuous(model, entity) %}

    with intervals as (
        select
            {{ entity | join(', ') }},
            valid_from,
            valid_to,
            lag(valid_to) over (partition by {{ entity | join(', ') }} order by valid_from) as previous_valid_to,
            lead(valid_from) over (partition by {{ entity | join(', ') }} order by valid_from) as next_valid_from,
            row_number() over (partition by {{ entity | join(', ') }} order by valid_from) as interval_number
        from {{ checked_within(model, entity) }}
    )

    select *
    from intervals
    where
        valid_from <> case when interval_number = 1 then {{ far_past() }} else previous_valid_to end
        or (interval_number > 1 and previous_valid_to is null)
        or (valid_to is null and next_valid_from is not null)
        or (valid_to is not null and next_valid_from is null)

{% endtest %}

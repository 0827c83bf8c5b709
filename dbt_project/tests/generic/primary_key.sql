{# Fails with the keys that are null in a part or occur more than once: unique and not null in one pass. #}
{% test primary_key(model, columns) %}

    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ checked_within(model, columns) }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {% for column in columns -%}
            or {{ column }} is null
        {% endfor %}

{% endtest %}

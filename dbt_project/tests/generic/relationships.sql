{#
    Fails with the values that the other table lacks. As dbt's own, but where only changed rows are looked at (see `checked`),
    so are those that point to what the other table has lost.
#}
{% test relationships(model, column_name, to, field) %}

    {%- set since = checked_since(tested_relation()) if execute else none %}
    {%- set is_whole = since is none or is_rebuilt_since(to, since) %}
    with children as (
        select {{ column_name }} as value
        from {{ tested_relation() if execute and is_whole else model }}
        where {{ column_name }} is not null
        {%- if not is_whole %}
            union all
            select {{ column_name }} as value
            from {{ tested_relation() }}
            where {{ column_name }} in (
                select {{ field }} from {{ changes_of(to.schema, to.identifier) }} where _build > {{ since }} and not _is_new
            )
        {%- endif %}
    )

    select children.value
    from children
    left join {{ to }} as parents on children.value = parents.{{ field }}
    where parents.{{ field }} is null

{% endtest %}

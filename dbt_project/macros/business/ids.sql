{#- A key of one system as a key of the whole warehouse, `<system>:<native key>`; null stays null. -#}
{% macro conformed_id(system, key) -%}
'{{ system }}:' || {{ key }}
{%- endmacro %}


{#- A key in a mapped file: the mapping says whose keys the file uses. -#}
{% macro file_id(key) -%}
_key_source || ':' || {{ key }}
{%- endmacro %}


{#- The native key inside a conformed id. -#}
{% macro native_id(expression) -%}
substring({{ expression }}, position(':' in {{ expression }}) + 1)
{%- endmacro %}


{#- One key from several columns: a hash of their texts. Nulls count as empty, the columns are kept apart. -#}
{% macro generate_key(expressions) -%}
    {%- set parts = [] -%}
    {%- for expression in expressions -%}
        {%- do parts.append("coalesce(cast(" ~ expression ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    md5({{ parts | join(" || '|' || ") }})
{%- endmacro %}


{#-
    One row per key where two systems may both bring a record: `first` names the kind that wins (`declared` for files,
    `system` for a connected system); among equals the source name decides, and last the content. The relation has the
    columns of the model that asks (in a unit test they are not known, and the content decides nothing).

    Where systems win, their rows pass as they are: staging has made them one per key, and a key names its system. Only
    what files declare is ranked, which is little beside the tables of a connected system.
-#}
{% macro resolve_overlap(relation, key, first) -%}
    {%- set of_systems -%}
    select
        system_rows.*,
        1 as preference
    from {{ relation }} as system_rows
    where not is_declared
    {%- endset -%}
    {%- set of_others -%}
    select *
    from (
        select
            candidates.*,
            row_number() over (
                partition by {{ key }}
                order by
                    case when is_declared then 0 else 1 end,
                    source_system
                    {{- then_by_content('candidates', model.columns) }}
            ) as preference
        from {{ relation }} as candidates
        {% if first == 'system' -%}
            where
                is_declared
                and not exists (
                    select 1
                    from {{ relation }} as system_rows
                    where
                        not system_rows.is_declared
                        {%- for column in key.split(', ') %}
                            and system_rows.{{ column }} = candidates.{{ column }}
                        {%- endfor %}
                )
        {%- endif %}
    ) as ranked
    where preference = 1
    {%- endset -%}
({{ of_systems ~ ' union all ' ~ of_others if first == 'system' else of_others }})
{%- endmacro %}


{#- The company that rows of a system without companies of its own belong to. -#}
{% macro default_company_id() -%}
(select default_company.company_id from {{ ref('int_default_company') }} as default_company)
{%- endmacro %}

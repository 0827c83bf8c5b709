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
-#}
{% macro resolve_overlap(relation, key, first) -%}
(
    select *
    from (
        select
            candidates.*,
            row_number() over (
                partition by {{ key }}
                order by
                    case when is_declared = {{ 'true' if first == 'declared' else 'false' }} then 0 else 1 end,
                    source_system
                    {{- then_by_content('candidates', model.columns) }}
            ) as preference
        from {{ relation }} as candidates
    ) as ranked
    where preference = 1
)
{%- endmacro %}


{#- The company that rows of a system without companies of its own belong to. -#}
{% macro default_company_id() -%}
(select default_company.company_id from {{ ref('int_default_company') }} as default_company)
{%- endmacro %}

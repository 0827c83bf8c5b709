{#-
    Model contracts on Spark. The YAML states DuckDB's types. Spark must have the same columns; it computes decimals and
    integers of other widths on the way, so that each column is cast to what the contract says of it. A value that does not
    fit stops the build.
-#}
{% macro spark__get_assert_columns_equivalent(sql) %}
    {%- set stated = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do stated.append({'name': column.name, 'data_type': column.data_type, 'formatted': column.name | lower}) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for column in get_column_schema_from_query(sql, config.get('sql_header')) -%}
        {%- do found.append(
            {'name': column.name, 'data_type': column.data_type, 'formatted': column.name | lower}
        ) -%}
    {%- endfor -%}
    {%- if stated | map(attribute='formatted') | sort != found | map(attribute='formatted') | sort -%}
        {%- do exceptions.raise_contract_error(stated, found) -%}
    {%- endif -%}
{% endmacro %}

{% macro spark__get_select_subquery(sql) %}
    select
        {%- for column in model.columns.values() %}
        cast({{ adapter.quote(column.name) }} as {{ spark_type(column.data_type) }}) as {{ adapter.quote(column.name) }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as model_subq
{% endmacro %}

{#- Spark's name of a type of a model contract. -#}
{% macro spark_type(data_type) %}
    {{ return({'varchar': 'string', 'integer': 'int'}.get(data_type, data_type)) }}
{% endmacro %}

{#-
    What an engine needs before the first model. dbt-spark 1.11 switches ANSI mode off whatever the profile says; then a
    number that does not fit becomes null without a word. With it the build stops, as it does on DuckDB.
-#}
{% macro prepare_session() %}{{ return(adapter.dispatch('prepare_session')()) }}{% endmacro %}

{% macro default__prepare_session() %}{% endmacro %}

{% macro spark__prepare_session() %}
    {%- if execute -%}
        {%- do adapter.config.credentials.server_side_parameters.update({'spark.sql.ansi.enabled': 'true'}) -%}
    {%- endif -%}
{% endmacro %}

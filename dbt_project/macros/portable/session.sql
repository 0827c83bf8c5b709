{#- What an engine needs before the first model. -#}
{% macro prepare_session() %}{{ return(adapter.dispatch('prepare_session')()) }}{% endmacro %}

{% macro default__prepare_session() %}{% endmacro %}

{#-
    The settings without which Spark gives other results than DuckDB, or none. They stand here and not in the profile, so
    that they hold for every kind of connection, and because dbt-spark 1.11 switches ANSI mode off whatever a profile says.
-#}
{% macro spark__prepare_session() %}
    {%- set parameters = adapter.config.credentials.server_side_parameters -%}
    {%- if execute and parameters is mapping -%}
        {%- do parameters.update({
            'spark.sql.ansi.enabled': 'true',
            'spark.sql.decimalOperations.allowPrecisionLoss': 'false',
            'spark.sql.session.timeZone': 'UTC',
            'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
            'spark.sql.cteRecursionRowLimit': '-1',
        }) -%}
    {%- endif -%}
{% endmacro %}

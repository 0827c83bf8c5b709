{#-
    An input of a keyed model, narrowed to the keys that this build has to make anew; all of it where the model is built as
    a whole.

    The model declares in the `meta` of its configuration

    - `key`: a column of its own (or an expression of its columns) such that the rows of a key depend on nothing but the
      rows of the inputs that belong to the key;
    - `inputs`: for each input how its rows belong to keys:
        - a text, the expression over the input's columns that is the key;
        - `{column, prefix}`: the key is the prefix and the column (quicker to narrow by than the expression);
        - with `columns`, in either form (the text is then under `key`): the only columns that matter;
        - `{key, spread, near}`: its rows count for several keys. The macro `spread` gives the rows of a relation once for each,
          `key` is an expression over those, and `near` narrows the input: its `column` has a value that `of_key` gives of a
          touched key, if not only for rows of that key. The model keeps of the spread rows those of touched keys: `is_wanted`;
        - `{via, column, matches}`: a lookup. What changes in it touches the keys of those rows of the input `via` (or of
          the model itself: `this`) whose `column` has a value that the column or columns `matches` of the changed rows have;
        - `{via, on}`: the same with a condition over `driving` (the row of `via`) and `changed`;
        - `{via, moment, limit}`: what lies between the old and the new value of the column `limit` of a company, as when the
          as-of day moves: the rows of `via` of the same company whose `moment` is in the half-open interval between them;
        - a list of these, each of which counts.

    An input that is not declared makes the model be built as a whole when it changes. That is always right, and good
    enough for what seldom changes; so a declaration is only ever an economy. tests/dbt/test_incremental.py holds each of
    them to the truth.
-#}
{% macro part(relation) -%}
    {{ return(adapter.dispatch('part')(relation)) }}
{%- endmacro %}

{% macro default__part(relation) -%}
    {{ return(relation) }}
{%- endmacro %}

{% macro duckdb__part(relation) -%}
    {%- if not execute or model.resource_type != 'model' or relation.is_cte or tracking_plan().mode == 'full' -%}
        {{ return(relation) }}
    {%- endif -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ is_touched(declared_inputs()[relation.identifier]) ~ ')') }}
{%- endmacro %}


{#- What a model declares of its key and its inputs. -#}
{% macro model_key() %}{{ return((model.config.meta or {}).get('key')) }}{% endmacro %}

{% macro declared_inputs() %}{{ return((model.config.meta or {}).get('inputs') or {}) }}{% endmacro %}


{#- The keys that this build makes anew, as the materialisation finds them. -#}
{% macro touched_keys() -%}
"touched__{{ this.identifier }}"
{%- endmacro %}


{#- The condition under which a spread row belongs to a key that this build makes. -#}
{% macro is_wanted(key) -%}
    {{ return(adapter.dispatch('is_wanted')(key)) }}
{%- endmacro %}

{% macro default__is_wanted(key) -%}
    {{ return('true') }}
{%- endmacro %}

{% macro duckdb__is_wanted(key) -%}
    {%- if not execute or model.resource_type != 'model' or tracking_plan().mode == 'full' -%}
        {{ return('true') }}
    {%- endif -%}
    {{ return(key ~ ' in (select touched_key from ' ~ touched_keys() ~ ')') }}
{%- endmacro %}


{#- The condition under which a row of an input belongs to a touched key. -#}
{% macro is_touched(input) -%}
    {%- if input is sequence and input is not string and input is not mapping -%}
        {%- set conditions = [] -%}
        {%- for each in input if each is string or not each.via -%}
            {%- do conditions.append(is_touched(each)) -%}
        {%- endfor -%}
        {{ return('(' ~ conditions | join(' or ') ~ ')') }}
    {%- endif -%}
    {%- if input is mapping and input.near -%}
        {{ return(input.near.column ~ ' in (select ' ~ input.near.of_key ~ ' from ' ~ touched_keys() ~ ')') }}
    {%- endif -%}
    {%- if input is mapping and input.prefix -%}
        {{ return(
            input.column ~ " in (select substring(touched_key, " ~ (input.prefix | length + 1) ~ ") from "
            ~ touched_keys() ~ " where starts_with(touched_key, '" ~ input.prefix ~ "'))"
        ) }}
    {%- endif -%}
    {{ return('(' ~ key_in(input) ~ ') in (select touched_key from ' ~ touched_keys() ~ ')') }}
{%- endmacro %}


{#- The key to which a row of an input belongs, as an expression over its columns. -#}
{% macro key_in(input) -%}
    {%- if input is string -%}
        {{ return(input) }}
    {%- elif input.prefix -%}
        {{ return("'" ~ input.prefix ~ "' || " ~ input.column) }}
    {%- endif -%}
    {{ return(input.key) }}
{%- endmacro %}


{#- A query for the keys that the changes found by a plan touch. -#}
{% macro query_touched_keys(plan) %}
    {%- set declared = declared_inputs() -%}
    {%- set queries = [] -%}
    {%- for id in plan.changed -%}
        {%- if id.startswith('source.') -%}
            {%- set name = graph.sources[id].source_name ~ '.' ~ graph.sources[id].name -%}
            {%- do queries.append(
                'select ' ~ declared[name] ~ ' as touched_key from ' ~ raw_rows_of_loads(name, plan.loads[name].loads)
            ) -%}
        {%- else -%}
            {%- set node = graph.nodes[id] -%}
            {%- set inputs = declared[node.alias] -%}
            {%- for input in ([inputs] if inputs is string or inputs is mapping else inputs) -%}
                {%- set changed = changed_rows(node, input, plan.since) -%}
                {%- if input is mapping and input.spread -%}
                    {%- do queries.append(
                        'select ' ~ input.key ~ ' as touched_key from ' ~ context[input.spread](changed) ~ ' as spread_rows'
                    ) -%}
                {%- elif input is mapping and input.via -%}
                    {%- do queries.append(query_looked_up_keys(input, declared, changed)) -%}
                {%- else -%}
                    {%- do queries.append('select ' ~ key_in(input) ~ ' as touched_key from ' ~ changed) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(
        'select distinct touched_key from (' ~ queries | join(' union all ') ~ ') as touched where touched_key is not null'
    ) }}
{% endmacro %}


{#-
    The rows of an input that changed since a build, old and new. Where only some columns matter, what did not change in
    them cancels out, as does what changed and changed back.
-#}
{% macro changed_rows(node, input, since) -%}
    {%- set table = changes_of(node.schema, node.alias) -%}
    {%- if input is string or not input.columns -%}
        {{ return('(select * from ' ~ table ~ ' where _build > ' ~ since ~ ')') }}
    {%- endif -%}
    {%- set old = 'select ' ~ input.columns | join(', ') ~ ' from ' ~ table ~ ' where _build > ' ~ since
        ~ ' and not _is_new' -%}
    {%- set new = 'select ' ~ input.columns | join(', ') ~ ' from ' ~ table ~ ' where _build > ' ~ since
        ~ ' and _is_new' -%}
    {{ return('((' ~ old ~ ' except all ' ~ new ~ ') union all (' ~ new ~ ' except all ' ~ old ~ '))') }}
{%- endmacro %}


{#- The keys whose rows look up something that changed. -#}
{% macro query_looked_up_keys(input, declared, changed) -%}
    {%- if input.via == 'this' -%}
        {%- set driving, key = this, model_key() -%}
    {%- else -%}
        {%- set found = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
            | selectattr('alias', 'equalto', input.via) | first -%}
        {%- set driving = api.Relation.create(database=this.database, schema=found.schema, identifier=found.alias) -%}
        {%- set key = key_in(declared[input.via]) -%}
    {%- endif -%}
    {%- if input.on -%}
        {{ return(
            'select ' ~ key ~ ' as touched_key from ' ~ driving ~ ' as driving semi join ' ~ changed
            ~ ' as changed on ' ~ input.on
        ) }}
    {%- endif -%}
    {%- if input.moment -%}
        {{ return(
            'select ' ~ key ~ ' as touched_key from ' ~ driving ~ ' as driving semi join ('
            ~ 'select company_id, min(' ~ input.limit ~ ') as since, max(' ~ input.limit ~ ') as until from ' ~ changed
            ~ ' group by company_id) as passed on driving.company_id = passed.company_id and ' ~ input.moment
            ~ ' >= passed.since and ' ~ input.moment ~ ' < passed.until'
        ) }}
    {%- endif -%}
    {%- set matches = [input.matches] if input.matches is string else input.matches -%}
    {%- set values = [] -%}
    {%- for column in matches -%}
        {%- do values.append('select ' ~ column ~ ' from ' ~ changed) -%}
    {%- endfor -%}
    {{ return(
        'select ' ~ key ~ ' as touched_key from ' ~ driving ~ ' where ' ~ input.column ~ ' in ('
        ~ values | join(' union all ') ~ ')'
    ) }}
{%- endmacro %}

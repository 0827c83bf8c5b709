{#-
    What the nodes of one invocation share, so that what many of them ask for is read once: a query for each would cost more
    than most models do. It lies in `graph`, the one object that all nodes see. Its entries are read by macros of their own
    (`known_models`, `new_loads`, `passed_tests`, `raw_catalog`) when they are first asked for. Nodes run side by side: who
    reads an entry second keeps what is there, in which a model that is built by then may have been noted.
-#}
{% macro memory() %}
    {%- if graph.get('memory', {}).get('invocation_id') != invocation_id -%}
        {%- do graph.update({'memory': {'invocation_id': invocation_id, 'plans': {}}}) -%}
    {%- endif -%}
    {{ return(graph.memory) }}
{% endmacro %}


{#- Several statements at once; what they return is not looked at. -#}
{% macro run_statements(statements) %}
    {%- call statement(auto_begin=False) -%}
        {{ statements | join(';\n') }}
    {%- endcall -%}
{% endmacro %}


{#- The number of this build; none in a warehouse without tracking. -#}
{% macro this_build() %}
    {{ return(adapter.dispatch('this_build')()) }}
{% endmacro %}

{% macro default__this_build() %}
    {{ return(none) }}
{% endmacro %}

{% macro duckdb__this_build() %}
    {%- set kept = memory() -%}
    {%- if 'build' not in kept -%}
        {%- set is_tracked = run_query(
            "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'tracking'"
            " and table_name = 'test_passes'"
        ).rows | length > 0 -%}
        {%- do kept.update({
            'build': run_query('select max(build) from tracking.builds').rows[0][0] if is_tracked else none
        }) -%}
    {%- endif -%}
    {{ return(kept.build) }}
{% endmacro %}


{#-
    By schema and name of every model that was ever built: its last `build` before this one and the `checksum` of the text
    it was built from; the last builds in which it changed (`changed_in`) and was rebuilt as a whole (`whole_in`), 0 if it
    never did. Models that this build makes are kept up to date in it: see `noting_build`.
-#}
{% macro known_models() %}
    {%- set kept = memory() -%}
    {%- if 'models' not in kept -%}
        {%- set models = {} -%}
        {%- if this_build() is not none -%}
            {%- for row in run_query(
                "select schema_name || '.' || model_name, max(build), arg_max(checksum, build),"
                " coalesce(max(build) filter (mode <> 'unchanged'), 0), coalesce(max(build) filter (mode = 'full'), 0)"
                " from tracking.model_builds group by schema_name, model_name"
            ).rows -%}
                {%- do models.update({row[0]: {
                    'build': row[1] | int, 'checksum': row[2], 'changed_in': row[3] | int, 'whole_in': row[4] | int
                }}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do kept.setdefault('models', models) -%}
    {%- endif -%}
    {{ return(kept.models) }}
{% endmacro %}


{#-
    By schema and name of the models that read raw tables whose load packages are not those that they have taken in: a list
    with each such table, the new packages (`loads`), whether all of them are later than those before (`all_later`), and
    whether some are gone (`has_lost`), as in a build that looks at an earlier state of knowledge.
-#}
{% macro new_loads() %}
    {%- set kept = memory() -%}
    {%- if 'new_loads' not in kept -%}
        {%- set inputs = [] -%}
        {%- set ids = {} -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- for id in node.depends_on.nodes if id.startswith('source.') -%}
                {%- set name = graph.sources[id].source_name ~ '.' ~ graph.sources[id].name -%}
                {%- do ids.update({name: id}) -%}
                {%- do inputs.append("('" ~ node.schema ~ '.' ~ node.alias ~ "', '" ~ name ~ "')") -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set found = {} -%}
        {%- if inputs and lake_dir() != '' -%}
            {%- for row in run_query(
                "with inputs as (select * from (values " ~ inputs | join(', ') ~ ") as pairs (model, name)"
                "), offered as ("
                "  select inputs.*, unnest(loads) as load_id from " ~ catalog_relation() ~ " as catalog"
                "  inner join inputs on catalog.system || '.' || catalog.\"table\" = inputs.name"
                "), taken as ("
                "  select inputs.*, load_id from tracking.model_loads inner join inputs"
                "  on schema_name || '.' || model_name = inputs.model and system || '.' || table_name = inputs.name"
                ") select model, name,"
                "  string_agg(offered.load_id, ',' order by offered.load_id) filter (taken.load_id is null),"
                "  bool_or(offered.load_id is null),"
                "  coalesce("
                "    min(cast(offered.load_id as double)) filter (taken.load_id is null)"
                "    > max(cast(taken.load_id as double)), true"
                "  )"
                " from offered full outer join taken using (model, name, load_id)"
                " group by model, name having bool_or(offered.load_id is null) or bool_or(taken.load_id is null)"
                " order by model, name"
            ).rows -%}
                {%- do found.setdefault(row[0], []).append({
                    'id': ids[row[1]],
                    'name': row[1],
                    'loads': row[2].split(',') if row[2] else [],
                    'has_lost': row[3],
                    'all_later': row[4],
                }) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do kept.setdefault('new_loads', found) -%}
    {%- endif -%}
    {{ return(kept.new_loads) }}
{% endmacro %}


{#- By id of every test that ever passed: the last build in which it did. -#}
{% macro passed_tests() %}
    {%- set kept = memory() -%}
    {%- if 'passed_tests' not in kept -%}
        {%- set passed = {} -%}
        {%- if this_build() is not none -%}
            {%- for row in run_query('select test_id, build from tracking.test_passes').rows -%}
                {%- do passed.update({row[0]: row[1] | int}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do kept.setdefault('passed_tests', passed) -%}
    {%- endif -%}
    {{ return(kept.passed_tests) }}
{% endmacro %}

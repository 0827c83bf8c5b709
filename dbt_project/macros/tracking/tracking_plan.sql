{#-
    How the model at hand is to be built, from what changed in its inputs since it was last built:

    - `full`: as a whole. The first build, `--full-refresh`, a model whose text changed, a model without a `key`, an input
      that was rebuilt as a whole, or a change in an input that the model does not declare.
    - `part`: only the keys that the changes touch.
    - `none`: not at all.

    A dictionary with `mode`; `is_tracked`, whether the rows there were before can be compared; `since`, the last build of
    this model; `changed`, the unique ids of the changed inputs; `loads`, per raw table the load packages that are new.
-#}
{% macro tracking_plan() %}
    {{ return(adapter.dispatch('tracking_plan')()) }}
{% endmacro %}

{% macro default__tracking_plan() %}
    {{ return({'mode': 'full'}) }}
{% endmacro %}

{% macro duckdb__tracking_plan() %}
    {%- set plan = {'mode': 'full', 'is_tracked': false, 'since': none, 'changed': [], 'loads': {}} -%}
    {%- if not execute or model.resource_type != 'model' or should_full_refresh() or load_cached_relation(this) is none -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- set history = model_history() -%}
    {%- if history is none -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- do plan.update({'since': history.build, 'is_tracked': true}) -%}

    {%- set declared = declared_inputs() -%}
    {%- set needs_all = [] -%}
    {%- if history.checksum != model.checksum.checksum or history.age > kept_builds() -%}
        {%- do needs_all.append('itself') -%}
    {%- endif -%}
    {%- for found in history.changed_inputs -%}
        {%- do plan.changed.append(found.id) -%}
        {%- if found.is_whole or found.name not in declared -%}
            {%- do needs_all.append(found.id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for found in changed_raw_tables() -%}
        {%- do plan.changed.append(found.id) -%}
        {%- do plan.loads.update({found.name: found}) -%}
        {%- if found.has_lost or found.name not in declared -%}
            {%- do needs_all.append(found.id) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if needs_all or not model.depends_on.nodes -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- do plan.update({'mode': 'part' if plan.changed else 'none'}) -%}
    {{ return(plan) }}
{% endmacro %}


{#-
    The last build of the model at hand (its number, how many builds ago that is, the text it was built from), and which of
    the models among its inputs have changed since; none if it has never been built. One query: every model asks it.
-#}
{% macro model_history() %}
    {%- if adapter.get_relation(this.database, 'tracking', 'model_builds') is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set inputs = {} -%}
    {%- for id in model.depends_on.nodes if id.startswith('model.') -%}
        {%- do inputs.update({graph.nodes[id].schema ~ '.' ~ graph.nodes[id].alias: id}) -%}
    {%- endfor -%}
    {%- set rows = run_query(
        "with self as ("
        "  select build, checksum from tracking.model_builds where schema_name = '" ~ this.schema
        ~ "' and model_name = '" ~ this.identifier ~ "' order by build desc limit 1"
        ") select '' as schema_and_name, '' as name, build, " ~ this_build() ~ " - build as age, checksum,"
        "  false as is_whole from self"
        " union all select schema_name || '.' || model_name, model_name, null, null, null, bool_or(mode = 'full')"
        " from tracking.model_builds where mode <> 'unchanged' and build > (select build from self)"
        " and schema_name || '.' || model_name in ('" ~ inputs.keys() | join("', '") ~ "')"
        " group by schema_name, model_name order by 1"
    ).rows -%}
    {%- if rows | length == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set history = {'build': rows[0][2], 'age': rows[0][3], 'checksum': rows[0][4], 'changed_inputs': []} -%}
    {%- for row in rows if row[0] -%}
        {%- do history.changed_inputs.append({'id': inputs[row[0]], 'name': row[1], 'is_whole': row[5]}) -%}
    {%- endfor -%}
    {{ return(history) }}
{% endmacro %}


{#-
    The raw tables among the inputs whose load packages are not those that the model at hand has taken in: the new ones
    (`loads`, and whether all of them are later than those before), and whether some are gone, as in a build that looks at
    an earlier state of knowledge.
-#}
{% macro changed_raw_tables() %}
    {%- set inputs = {} -%}
    {%- for id in model.depends_on.nodes if id.startswith('source.') -%}
        {%- do inputs.update({graph.sources[id].source_name ~ '.' ~ graph.sources[id].name: id}) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- if inputs and lake_dir() != '' -%}
        {%- set rows = run_query(
            "with offered as ("
            "  select system || '.' || \"table\" as name, unnest(loads) as load_id from " ~ catalog_relation()
            ~ "), taken as ("
            "  select system || '.' || table_name as name, load_id from tracking.model_loads"
            "  where schema_name = '" ~ this.schema ~ "' and model_name = '" ~ this.identifier ~ "'"
            ") select coalesce(offered.name, taken.name),"
            "  string_agg(offered.load_id, ',' order by offered.load_id) filter (taken.load_id is null),"
            "  bool_or(offered.load_id is null),"
            "  coalesce("
            "    min(cast(offered.load_id as double)) filter (taken.load_id is null)"
            "    > max(cast(taken.load_id as double)), true"
            "  )"
            " from offered full outer join taken on offered.name = taken.name and offered.load_id = taken.load_id"
            " where coalesce(offered.name, taken.name) in ('" ~ inputs.keys() | join("', '") ~ "')"
            " group by 1"
            " having bool_or(offered.load_id is null) or bool_or(taken.load_id is null) order by 1"
        ) -%}
        {%- for row in rows.rows -%}
            {%- do found.append({
                'id': inputs[row[0]],
                'name': row[0],
                'loads': row[1].split(',') if row[1] else [],
                'has_lost': row[2],
                'all_later': row[3],
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

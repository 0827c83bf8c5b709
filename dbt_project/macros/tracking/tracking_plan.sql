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
    {%- set plans = memory().plans -%}
    {%- if model.unique_id not in plans -%}
        {%- do plans.update({model.unique_id: make_tracking_plan()}) -%}
    {%- endif -%}
    {{ return(plans[model.unique_id]) }}
{% endmacro %}


{% macro make_tracking_plan() %}
    {%- set plan = {'mode': 'full', 'is_tracked': false, 'since': none, 'changed': [], 'loads': {}} -%}
    {%- if not execute or model.resource_type != 'model' or should_full_refresh() or load_cached_relation(this) is none -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- set last = known_models().get(this.schema ~ '.' ~ this.identifier) -%}
    {%- if last is none -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- do plan.update({'since': last.build, 'is_tracked': true}) -%}

    {%- set declared = declared_inputs() -%}
    {%- set needs_all = [] -%}
    {%- if last.checksum != model.checksum.checksum or this_build() - last.build > kept_builds() -%}
        {%- do needs_all.append('itself') -%}
    {%- endif -%}
    {%- for id in model.depends_on.nodes if id.startswith('model.') -%}
        {%- set name = graph.nodes[id].alias -%}
        {%- set input = known_models().get(graph.nodes[id].schema ~ '.' ~ name) -%}
        {%- if input and input.changed_in > last.build -%}
            {%- do plan.changed.append(id) -%}
            {%- if input.whole_in > last.build or name not in declared -%}
                {%- do needs_all.append(id) -%}
            {%- endif -%}
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


{#- Those of `new_loads` that concern the model at hand. -#}
{% macro changed_raw_tables() %}
    {{ return(new_loads().get(this.schema ~ '.' ~ this.identifier, [])) }}
{% endmacro %}

"""Builds apps as Dify exports them, in few words: for the tests of its importer, and of imports."""

from typing import Any

import yaml

Data = dict[str, Any]


def node(node_id: str, kind: str, **data: Any) -> Data:
    """Return a node; `inside` names its container."""
    inside = data.pop("inside", None)
    made: Data = {
        "id": node_id,
        "type": "custom",
        "position": {"x": 100, "y": 50},
        "data": {"type": kind, "title": data.pop("title", node_id), **data},
    }
    if inside is not None:
        made["parentId"] = inside
    return made


def mark(container: str, kind: str = "iteration") -> Data:
    """Return the node that stands for the begin of a round."""
    return {
        "id": f"{container}start",
        "type": f"custom-{kind}-start",
        "parentId": container,
        "position": {"x": 24, "y": 68},
        "data": {"type": f"{kind}-start", "title": ""},
    }


def edges(*texts: str) -> list[Data]:
    """Return edges written as ``a > b``, or ``a:handle > b``."""
    made = []
    for text in texts:
        source, _, target = (part.strip() for part in text.partition(">"))
        source, _, handle = source.partition(":")
        made.append(
            {
                "id": text,
                "source": source,
                "sourceHandle": handle or "source",
                "target": target,
                "targetHandle": "target",
            }
        )
    return made


def app(nodes: list[Data], connections: list[Data], *, mode: str = "workflow", **more: Any) -> Data:
    """Return an app with a graph; `more` are sections of its workflow, and `version`."""
    return {
        "app": {"name": "Test", "mode": mode, "description": "", "icon": "🤖"},
        "kind": "app",
        "version": more.pop("version", "0.3.1"),
        "workflow": {
            "graph": {"nodes": nodes, "edges": connections},
            "features": {},
            "environment_variables": [],
            "conversation_variables": [],
            **more,
        },
    }


def simple(mode: str, **config: Any) -> Data:
    """Return an app without a graph."""
    return {
        "app": {"name": "Test", "mode": mode},
        "kind": "app",
        "version": "0.1.5",
        "model_config": {
            "model": {"provider": "openai", "name": "gpt-4o", "completion_params": {"stop": []}},
            **config,
        },
    }


def written(source: Data) -> bytes:
    """Return a source as a file."""
    return yaml.safe_dump(source, allow_unicode=True, sort_keys=False).encode()


def start(*variables: Data) -> Data:
    """Return a start with a form."""
    return node("start", "start", variables=list(variables))


def field(name: str, kind: str = "text-input", **more: Any) -> Data:
    """Return a field of a form."""
    return {"variable": name, "label": name, "type": kind, "required": True, **more}


def every_type() -> Data:
    """Return an app that has a node of every type, connected."""
    model = {
        "provider": "langgenius/openai/openai",
        "name": "gpt-4o",
        "mode": "chat",
        "completion_params": {"temperature": 0.5, "max_tokens": 100, "frequency_penalty": 0.2},
    }
    query = ["sys", "query"]
    nodes = [
        start(
            field("topic", max_length=40, default="bees"),
            field("count", "number", required=False, default="3"),
            field("kind", "select", options=["a", "b"], default="a"),
            field("sure", "checkbox", required=False),
            field("paper", "file", allowed_file_types=["document", "image"]),
            field("papers", "file-list", max_length=4, required=False,
                  allowed_file_types=["custom"], allowed_file_extensions=[".PDF", "txt"]),
            field("data", "json_object", required=False, json_schema='{"type": "object"}'),
            field("long", "paragraph", required=False),
        ),
        node("route", "if-else", cases=[
            {"case_id": "true", "logical_operator": "or", "conditions": [
                {"comparison_operator": "contains", "value": "x", "varType": "string",
                 "variable_selector": ["start", "topic"]},
                {"comparison_operator": "≥", "value": "3", "varType": "number",
                 "variable_selector": ["start", "count"]},
                {"comparison_operator": "is not", "value": "{{#sys.query#}}", "varType": "string",
                 "variable_selector": ["start", "kind"]},
                {"comparison_operator": "empty", "value": "",
                 "variable_selector": ["start", "count"]},
                {"comparison_operator": "is", "value": True, "varType": "boolean",
                 "variable_selector": ["start", "sure"]},
            ]},
            {"case_id": "f81e2a54-8b1e-4a0e-b4e0-4d5c1f4d4c11", "logical_operator": "and",
             "conditions": [{"comparison_operator": "not null", "value": "",
                             "variable_selector": ["start", "paper"]}]},
        ]),
        node("search", "knowledge-retrieval", query_variable_selector=query,
             dataset_ids=["c2VjcmV0"], retrieval_mode="multiple",
             multiple_retrieval_config={"top_k": 3, "score_threshold": 0.4,
                                        "reranking_mode": "weighted_score",
                                        "weights": {"vector_setting": {"vector_weight": 0.7}}},
             metadata_filtering_mode="manual",
             metadata_filtering_conditions={"logical_operator": "and", "conditions": [
                 {"name": "year", "comparison_operator": "is", "value": "{{#start.topic#}}"}]}),
        node("llm", "llm", model=model,
             prompt_template=[{"role": "system", "text": "Use {{#context#}} on {{#start.topic#}}."},
                              {"role": "user", "text": "an example"},
                              {"role": "assistant", "text": "its answer"}],
             memory={"window": {"enabled": True, "size": 7},
                     "query_prompt_template": "{{#sys.query#}}"},
             context={"enabled": True, "variable_selector": ["search", "result"]},
             vision={"enabled": True, "configs": {"variable_selector": ["sys", "files"],
                                                  "detail": "high"}},
             structured_output_enabled=True,
             structured_output={"schema": {"type": "object", "properties": {"a": {}}}},
             reasoning_format="separated",
             retry_config={"retry_enabled": True, "max_retries": 3, "retry_interval": 1000},
             error_strategy="fail-branch"),
        node("sorry", "template-transform", template="Sorry: {{ why }}",
             variables=[{"variable": "why", "value_selector": ["llm", "error_message"]}]),
        node("class", "question-classifier", model=model, query_variable_selector=query,
             classes=[{"id": "1", "name": "Orders"}, {"id": "2", "name": "Other"}],
             instruction="Mind {{#start.kind#}}."),
        node("extract", "parameter-extractor", model=model, query=query,
             parameters=[{"name": "city", "type": "string", "required": True,
                          "description": "Where"},
                         {"name": "sort", "type": "select", "options": ["x", "y"]}],
             reasoning_mode="function_call"),
        node("code", "code", code_language="python3", code="def main(a):\n    return {'r': a}\n",
             variables=[{"variable": "a", "value_selector": ["extract", "city"]}],
             outputs={"r": {"type": "string", "children": None}}),
        node("http", "http-request", method="post", url="https://x.example/{{#start.topic#}}",
             authorization={"type": "api-key",
                            "config": {"type": "bearer", "api_key": "{{#env.KEY#}}"}},
             headers="X-A:1\nX-B: {{#start.kind#}}", params="q:{{#sys.query#}}",
             body={"type": "json", "data": [{"type": "text", "value": '{"a": "{{#code.r#}}"}'}]},
             timeout={"connect": 5, "read": 20, "write": 20}, ssl_verify=False,
             error_strategy="default-value",
             default_value=[{"key": "body", "type": "string", "value": "{}"},
                            {"key": "status_code", "type": "number", "value": "0"}]),
        node("tool", "tool", provider_id="time", provider_type="builtin", provider_name="time",
             tool_name="current_time", tool_node_version="2",
             tool_parameters={"timezone": {"type": "mixed", "value": "{{#start.kind#}}"},
                              "at": {"type": "variable", "value": ["start", "count"]},
                              "n": {"type": "constant", "value": 3}}),
        node("agent", "agent", agent_strategy_name="function_calling",
             agent_strategy_provider_name="langgenius/agent/agent",
             agent_parameters={
                 "model": {"type": "constant",
                           "value": {"provider": "langgenius/openai/openai", "model": "gpt-4o"}},
                 "instruction": {"type": "constant", "value": "Help with {{#start.topic#}}"},
                 "query": {"type": "constant", "value": "{{#sys.query#}}"},
                 "maximum_iterations": {"type": "constant", "value": 4},
                 "tools": {"type": "constant", "value": [
                     {"enabled": True, "tool_name": "current_time", "tool_label": "Now"}]}}),
        node("each", "iteration", iterator_selector=["start", "papers"], is_parallel=True,
             output_selector=["doc", "text"], parallel_nums=5, flatten_output=False,
             error_handle_mode="remove-abnormal-output", start_node_id="eachstart"),
        mark("each"),
        node("doc", "document-extractor", inside="each", variable_selector=["each", "item"],
             is_array_file=False),
        node("again", "loop", loop_count=5, logical_operator="or",
             loop_variables=[{"label": "n", "var_type": "number", "value_type": "constant",
                              "value": "1"},
                             {"label": "t", "var_type": "string", "value_type": "variable",
                              "value": ["start", "topic"]}],
             break_conditions=[{"comparison_operator": ">", "value": "3", "varType": "number",
                                "variable_selector": ["again", "n"]}]),
        mark("again", "loop"),
        node("set", "assigner", inside="again", version="2", items=[
            {"variable_selector": ["again", "n"], "operation": "+=", "input_type": "constant",
             "value": 1},
            {"variable_selector": ["conversation", "seen"], "operation": "append",
             "input_type": "variable", "value": ["again", "t"]}]),
        node("stop", "loop-end", inside="again"),
        node("list", "list-operator", variable=["start", "papers"],
             filter_by={"enabled": True, "conditions": [
                 {"key": "name", "comparison_operator": "contains", "value": "x"}]},
             extract_by={"enabled": True, "serial": "1"},
             order_by={"enabled": True, "key": "size", "value": "desc"},
             limit={"enabled": True, "size": 2}),
        node("pick", "variable-aggregator", output_type="string",
             variables=[["code", "r"], ["tool", "text"]]),
        node("picks", "variable-aggregator", output_type="string", variables=[],
             advanced_settings={"group_enabled": True, "groups": [
                 {"group_name": "g1", "output_type": "string", "variables": [["code", "r"]]},
                 {"group_name": "g2", "output_type": "any", "variables": [["agent", "json"]]}]}),
        node("ask", "human-input", form_content="Look: {{#pick.output#}} {{#$output.why#}}",
             inputs=[{"type": "paragraph", "output_variable_name": "why",
                      "default": {"type": "variable", "selector": ["pick", "output"]}},
                     {"type": "select", "output_variable_name": "how",
                      "option_source": {"type": "constant", "value": ["a", "b"]}}],
             user_actions=[{"id": "ok", "title": "Good", "button_style": "primary"},
                           {"id": "no", "title": "Bad", "button_style": "default"}],
             timeout=2, timeout_unit="day"),
        node("answer", "answer", answer="{{#llm.text#}} {{#start.sure#}} {{#picks.g1.output#}}"
             "{{#ask.why#}} {{#ask.__action_id#}}"),
        node("answer2", "answer", answer="{{#sorry.output#}}"),
    ]  # fmt: skip
    connections = edges(
        "start > route", "route:true > search", "search > llm", "llm:fail-branch > sorry",
        "sorry > answer2", "llm > class",
        "route:f81e2a54-8b1e-4a0e-b4e0-4d5c1f4d4c11 > each", "route:false > again",
        "class:1 > extract", "class:2 > agent", "extract > code", "code > http", "http > tool",
        "tool > list", "list > pick", "agent > pick", "pick > picks", "picks > ask",
        "ask:ok > answer", "ask:no > answer", "ask:__timeout > answer",
        "eachstart > doc", "againstart > set", "set > stop", "each > answer", "again > answer",
    )  # fmt: skip
    return app(
        nodes,
        connections,
        mode="advanced-chat",
        environment_variables=[
            {"name": "KEY", "value_type": "secret", "value": "x", "id": "1"},
            {"name": "LIMIT", "value_type": "number", "value": 3, "id": "2"},
        ],
        conversation_variables=[
            {"name": "seen", "value_type": "array[string]", "value": [], "id": "3"}
        ],
        features={
            "opening_statement": "Hello",
            "suggested_questions": ["What?"],
            "text_to_speech": {"enabled": True},
        },
        version="0.6.0",
    )

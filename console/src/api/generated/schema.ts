// Made by `make generate` from the gateway's routes; edits are lost.
// source: 08ecfdff68a0a96a7e2a8394917e1825c03d24ad50f7e1a3f167c0bbe92ed6f1

export interface paths {
    "/api/v1/agent-strategies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Strategies
         * @description List the installed agent strategies.
         */
        get: operations["tools_list_strategies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/app-tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tags
         * @description List the tags that apps have, the most used first; those beyond a page are left out.
         */
        get: operations["apps_list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Apps
         * @description List apps, the newest or the last edited first.
         *
         *     `search`: words that are all in the name or the description.
         */
        get: operations["apps_list_apps"];
        put?: never;
        /**
         * Create
         * @description Create an app from its first draft.
         */
        post: operations["apps_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show an app.
         */
        get: operations["apps_show"];
        put?: never;
        post?: never;
        /**
         * Delete
         * @description Delete an app with its draft, versions and secrets; its runs stay.
         */
        delete: operations["apps_delete"];
        options?: never;
        head?: never;
        /**
         * Edit
         * @description Change an app's name, description, icon or tags.
         */
        patch: operations["apps_edit"];
        trace?: never;
    };
    "/api/v1/apps/{app}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy
         * @description Create an app with this one's draft and tags; versions, secrets and runs stay behind.
         */
        post: operations["apps_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Draft
         * @description Show an app's draft: as JSON with its issues, or as YAML when that is asked for.
         */
        get: operations["apps_show_draft"];
        /**
         * Replace Draft
         * @description Save a draft. The app is called what the document says from then on.
         */
        put: operations["apps_replace_draft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export App
         * @description Write an app's draft, or a version of it, in a format; as it is when YAML is asked for.
         */
        get: operations["imports_export_app"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/node-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run Node
         * @description Run one node alone, with given values for what it refers to; the run gives its outputs.
         */
        post: operations["debugging_run_node"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Secrets
         * @description List the secrets of an app: which there are, never what they are.
         */
        get: operations["apps_list_secrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Secret
         * @description Give a secret its value. Runs that begin from now on use it; it cannot be read back.
         */
        put: operations["apps_set_secret"];
        post?: never;
        /**
         * Remove Secret
         * @description Forget a secret's value.
         */
        delete: operations["apps_remove_secret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Versions
         * @description List an app's versions, newest first.
         */
        get: operations["apps_list_versions"];
        put?: never;
        /**
         * Publish
         * @description Publish the draft: from now on this is what runs.
         */
        post: operations["apps_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{app}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Version
         * @description Show a version, by hash or number, with its document.
         */
        get: operations["apps_show_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Budgets
         * @description List every budget, oldest first, with what is spent in the present period.
         */
        get: operations["budgets_list_budgets"];
        put?: never;
        /**
         * Create Budget
         * @description Set a limit; it holds within moments, for every call that begins then.
         */
        post: operations["budgets_create_budget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/budgets/{budget_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Budget
         * @description Show a budget.
         */
        get: operations["budgets_show_budget"];
        put?: never;
        post?: never;
        /**
         * Delete Budget
         * @description Remove a budget.
         */
        delete: operations["budgets_delete_budget"];
        options?: never;
        head?: never;
        /**
         * Change Budget
         * @description Raise or lower a limit, or rename it; runs that it paused are let go on by a resumption.
         */
        patch: operations["budgets_change_budget"];
        trace?: never;
    };
    "/api/v1/callbacks/{token}/{place}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call Back
         * @description Post what a run waits for, or will wait for: any JSON. The first counts.
         */
        post: operations["waits_call_back"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Conversations
         * @description List conversations, the latest first; `app` is an app's id or name.
         */
        get: operations["conversations_list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show a conversation.
         */
        get: operations["conversations_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Messages
         * @description List a conversation's turns, oldest first.
         */
        get: operations["conversations_list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Variables
         * @description Show the variables that the next turn of a conversation begins with.
         */
        get: operations["conversations_show_variables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Credentials
         * @description List credentials, newest first.
         */
        get: operations["models_list_credentials"];
        put?: never;
        /**
         * Store Credential
         * @description Store a credential of a provider, or of a tool as ``tool:name``; it is never shown again.
         */
        post: operations["models_store_credential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credentials/{credential_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Credential
         * @description Delete a credential.
         */
        delete: operations["models_delete_credential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credentials/{credential_id}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Credential
         * @description Ask the provider whether a credential works.
         */
        post: operations["models_check_credential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Datasets
         * @description List datasets, newest first.
         */
        get: operations["datasets_list_datasets"];
        put?: never;
        /**
         * Create
         * @description Create a dataset.
         */
        post: operations["datasets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show a dataset.
         */
        get: operations["datasets_show"];
        put?: never;
        post?: never;
        /**
         * Delete
         * @description Delete a dataset with everything in it.
         */
        delete: operations["datasets_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Documents
         * @description List a dataset's documents, newest first.
         */
        get: operations["datasets_list_documents"];
        put?: never;
        /**
         * Add Document
         * @description Add a document and queue its indexing; the same name and content again changes nothing.
         */
        post: operations["datasets_add_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Document
         * @description Show a document with its status.
         */
        get: operations["datasets_show_document"];
        put?: never;
        post?: never;
        /**
         * Delete Document
         * @description Delete a document and its chunks.
         */
        delete: operations["datasets_delete_document"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/retries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Document
         * @description Queue a failed document again.
         */
        post: operations["datasets_retry_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/searches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search
         * @description Find the passages that answer a query.
         */
        post: operations["datasets_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/default-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Default Models
         * @description Show what ``default`` means in workflows.
         */
        get: operations["models_show_default_models"];
        /**
         * Set Default Models
         * @description Choose what ``default`` means in workflows.
         */
        put: operations["models_set_default_models"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow
         * @description Follow the tenant's events: of an app, of a run, of kinds (joined by commas).
         *
         *     `from` is ``now``, ``start`` (as far back as events are kept) or the id of an event to begin
         *     with; `Last-Event-ID` goes on after the event it names.
         */
        get: operations["events_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload
         * @description Upload a file, at most 100 MiB.
         */
        post: operations["files_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{file_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show a file.
         */
        get: operations["files_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{file_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Content
         * @description Return a file's bytes, always as a download: what a stranger uploaded is never shown.
         */
        get: operations["files_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Form
         * @description Show the form that a signed link is for.
         */
        get: operations["waits_show_form"];
        put?: never;
        /**
         * Answer Form
         * @description Answer a form: ``{"action": …, "fields": {…}}``.
         */
        post: operations["waits_answer_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import App
         * @description Create an app from another platform's document, and report what could not be carried.
         */
        post: operations["imports_import_app"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Keys
         * @description List the keys in force, newest first.
         */
        get: operations["identity_list_keys"];
        put?: never;
        /**
         * Make Key
         * @description Make an API key. It is shown in this answer and never again.
         */
        post: operations["identity_make_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke Key
         * @description Make a key worthless at once.
         */
        delete: operations["identity_revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Me
         * @description Tell whose credential it is and what it may do.
         */
        get: operations["identity_show_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description List the models of installed providers: their catalogues, and what vendors list.
         */
        get: operations["models_list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Node Types
         * @description List the installed node types with the JSON Schemas of their settings.
         */
        get: operations["workflows_list_node_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Plugins
         * @description List plugins, what each service has loaded of them, and what could not be loaded.
         */
        get: operations["plugins_list_plugins"];
        put?: never;
        /**
         * Record Plugin
         * @description Tell every service that a plugin's files are in place; they load it without a restart.
         */
        post: operations["plugins_record_plugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Plugin
         * @description Tell every service that a plugin is gone; they unload it without a restart.
         */
        delete: operations["plugins_remove_plugin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Providers
         * @description List the installed model providers.
         */
        get: operations["models_list_providers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description List runs that a worker has begun, newest first.
         *
         *     `app` is an app's id or name, `version` a hash. `origin` is the run whose forks and replays to
         *     list. `since` and `until` bound when runs began.
         */
        get: operations["runs_list_runs"];
        put?: never;
        /**
         * Start
         * @description Start a run, and wait for its end, follow it, or just know its id, as `respond` says.
         */
        post: operations["runs_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show a run with what each of its nodes did.
         */
        get: operations["runs_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer
         * @description Answer a form or a callback that a run waits for. The first answer counts.
         */
        post: operations["waits_answer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel
         * @description Stop a run: its model calls are closed within a second. Nothing happens when it has ended.
         */
        post: operations["runs_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare
         * @description Compare two runs: results, what each node gave, tokens, cost and time.
         */
        get: operations["debugging_compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Document
         * @description Show what a run runs, be it a draft that was changed since.
         */
        get: operations["debugging_show_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow
         * @description Follow a run from its beginning, or from after the event named by `Last-Event-ID`.
         */
        get: operations["runs_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/forks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fork
         * @description Run a run again with changes, and pay only for what they change.
         *
         *     A fork of a failed run goes on where that failed.
         */
        post: operations["debugging_fork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Nodes
         * @description List what nodes did: at the top, in the round `each:3`, or in all rounds of `each`.
         */
        get: operations["debugging_list_nodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/pauses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause
         * @description Pause a run: no node begins any more, and what is under way comes to its end.
         *
         *     One that waits stays paused, whatever is answered, until it is let go on.
         */
        post: operations["waits_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay
         * @description Run another version, the draft unless it is named, on what was recorded of a run.
         */
        post: operations["debugging_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/resumptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume
         * @description Let a run go on that an operator has paused.
         */
        post: operations["waits_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify
         * @description Hold a run's log against the rules that every log keeps.
         */
        get: operations["debugging_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/waits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Waits
         * @description List what a run waits for; with links to answer by, for callers who may write runs.
         */
        get: operations["waits_list_waits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sandbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe Sandbox
         * @description Tell what isolation holds where user code runs, and how much is running.
         */
        get: operations["usage_describe_sandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign In
         * @description Sign in with e-mail address and password.
         */
        post: operations["identity_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign Out
         * @description End the session; it is worthless at once.
         */
        delete: operations["identity_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Setup
         * @description Tell whether the first member is still to be created.
         */
        get: operations["identity_show_setup"];
        put?: never;
        /**
         * Set Up First Member
         * @description Create the first member with the setup token and sign them in. Works once.
         */
        post: operations["identity_set_up_first_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tools
         * @description List the installed tools with the JSON Schemas of their arguments and credentials.
         */
        get: operations["tools_list_tools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Usage
         * @description Read what models were used and what they cost; a cost is null where no price is known.
         */
        get: operations["usage_read_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Webhooks
         * @description List webhooks, newest first.
         */
        get: operations["webhooks_list_webhooks"];
        put?: never;
        /**
         * Create
         * @description Subscribe a URL to events. The secret in the answer signs its messages; it is shown once.
         */
        post: operations["webhooks_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show a webhook.
         */
        get: operations["webhooks_show"];
        put?: never;
        post?: never;
        /**
         * Delete
         * @description Delete a webhook; what is not delivered yet will not be.
         */
        delete: operations["webhooks_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Deliveries
         * @description List a webhook's deliveries, newest first. Each had at least one try.
         */
        get: operations["webhooks_list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Delivery
         * @description Send an event again, whatever became of it before. Its `webhook-id` stays the same.
         */
        post: operations["webhooks_retry_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Document
         * @description Check a document without saving it. What is wrong with it is the answer, not an error.
         */
        post: operations["workflows_check_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Schema
         * @description Return the JSON Schema of a document, with the settings of the installed node types.
         */
        get: operations["workflows_show_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Health
         * @description Tell that this process answers.
         */
        get: operations["system_show_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Metrics
         * @description Return the metrics of this process in Prometheus' text format.
         */
        get: operations["system_show_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete
         * @description Answer a conversation: by a model (`provider/name`, `default`) or an app (`app/name`).
         */
        post: operations["completions_complete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Embed
         * @description Embed texts.
         */
        post: operations["completions_embed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description List the models that can be called, and the published apps.
         */
        get: operations["completions_list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Model
         * @description Show one model.
         */
        get: operations["completions_show_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Readiness
         * @description Tell whether work can be done, and what is missing; 503 when it cannot.
         */
        get: operations["system_show_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Answers a wait. */
        AnswerRequest: {
            answer: unknown;
            place: string;
        };
        /** @description What to change. The draft's document changes with it, but for tags, which are not in it. */
        AppChanges: {
            description?: string | null;
            icon?: string | null;
            name?: string | null;
            tags?: string[] | null;
        };
        /** @description An app. `draft` is the hash of its draft's document. */
        AppView: {
            /** Format: date-time */
            created_at: string;
            description: string;
            draft: string;
            icon: string;
            id: string;
            /** @enum {string} */
            mode: "workflow" | "chat";
            name: string;
            published: components["schemas"]["PublishedView"] | null;
            tags: string[];
            /** Format: date-time */
            updated_at: string;
        };
        /** @description Changes a budget; what is left out stays. */
        BudgetChange: {
            limit?: number | null;
            name?: string | null;
        };
        /** @description Every budget of the tenant. */
        BudgetList: {
            items: components["schemas"]["BudgetView"][];
            next_cursor?: null;
        };
        /** @description Sets a limit. */
        BudgetRequest: {
            limit: number;
            /**
             * @default usd
             * @enum {string}
             */
            measure?: "usd" | "tokens" | "requests";
            name: string;
            /**
             * @default month
             * @enum {string}
             */
            period?: "total" | "day" | "month";
            /** @enum {string} */
            subject: "tenant" | "app" | "key" | "end_user" | "run";
            subject_id?: string | null;
        };
        /** @description A budget and what is spent of it in the present period. */
        BudgetView: {
            held: number | null;
            id: string;
            limit: number;
            /** @enum {string} */
            measure: "usd" | "tokens" | "requests";
            name: string;
            /** @enum {string} */
            period: "total" | "day" | "month";
            spent: number | null;
            /** @enum {string} */
            subject: "tenant" | "app" | "key" | "end_user" | "run";
            subject_id: string | null;
        };
        /** @description Stops a run. All of it can be left out. */
        CancellationRequest: {
            /** @default cancelled by request */
            reason?: string;
        };
        /** @description What a check found. `name` and `outputs` are there as far as the document could be read. */
        CheckView: {
            detail?: string | null;
            errors: components["schemas"]["Fault"][];
            name?: string | null;
            nodes: {
                [key: string]: components["schemas"]["NodeShape"];
            };
            ok: boolean;
            outputs: components["schemas"]["OutputView"][];
            version?: string | null;
        };
        /** @description Copies an app. Without a name, it is called after the first. */
        CopyRequest: {
            name?: string | null;
        };
        /** @description Whether the provider accepts a credential; `detail` says why not. */
        CredentialCheckView: {
            code?: string | null;
            detail?: string | null;
            ok: boolean;
        };
        /** @description Stores a credential; `values` follow the form of the provider, or of the tool `tool:name`. */
        CredentialRequest: {
            name: string;
            provider: string;
            values: {
                [key: string]: unknown;
            };
        };
        /** @description A credential, as it may be shown: of secrets a hint at most. */
        CredentialView: {
            /** Format: date-time */
            created_at: string;
            hints: {
                [key: string]: string;
            };
            id: string;
            name: string;
            provider: string;
        };
        /** @description Creates a dataset. */
        DatasetRequest: {
            /** @description How long chunks are, in characters, and what they may split at, the best separator first. */
            chunk_spec?: {
                /** @default 1000 */
                max_chars?: number;
                /** @default 100 */
                overlap_chars?: number;
                /**
                 * @default [
                 *       "\n\n",
                 *       "\n",
                 *       ". ",
                 *       "。",
                 *       " "
                 *     ]
                 */
                separators?: string[];
            };
            /** @default general */
            chunker?: string;
            /** @default  */
            description?: string;
            /** @default default */
            embedding_model?: string;
            name: string;
            store?: string | null;
        };
        /** @description What ``default`` means in a workflow, by kind of model; null leaves the choice to Skep. */
        DefaultModels: {
            chat?: string | null;
            embedding?: string | null;
            rerank?: string | null;
        };
        /** @description One event for one subscriber. */
        DeliveryView: {
            attempts: number;
            /** Format: date-time */
            created_at: string;
            error: string | null;
            event_id: string;
            event_type: string;
            id: string;
            next_try_at: string | null;
            /** @enum {string} */
            status: "delivered" | "retrying" | "dead" | "refused" | "queued";
            status_code: number | null;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A draft. `version` is its content hash, which is also the ETag. */
        DraftView: {
            document: {
                [key: string]: unknown;
            };
            issues: components["schemas"]["Fault"][];
            /** Format: date-time */
            saved_at: string;
            version: string;
        };
        /** @description A document in some format. */
        ExportView: {
            content: string;
            format: string;
            media_type: string;
            report: components["schemas"]["PartView"][];
        };
        /** @description A plugin, or a part of one, that a service could not load. */
        FailureView: {
            group: string;
            name: string;
            reason: string;
            service: string;
        };
        /** @description One fault at one place; `pointer` is a JSON pointer into the document. */
        Fault: {
            message: string;
            pointer: string;
        };
        /** @description A stored file. */
        FileView: {
            /** Format: date-time */
            created_at: string;
            id: string;
            mime_type: string;
            name: string;
            size_bytes: number;
        };
        /** @description Runs a run again with changes; what nothing has changed about comes from its record. */
        ForkRequest: {
            /** @example ask */
            at?: string[];
            end_user?: string | null;
            inputs?: {
                [key: string]: unknown;
            };
            pins?: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            query?: string | null;
            /**
             * @default wait
             * @enum {string}
             */
            respond?: "wait" | "stream" | "accepted";
            /** @default 300 */
            timeout_s?: number;
            version?: string | null;
        };
        /** @description What an import gave. `app` is missing of one that was only tried. */
        ImportView: {
            app: components["schemas"]["SavedAppView"] | null;
            document: {
                [key: string]: unknown;
            };
            format: string;
            issues: components["schemas"]["Fault"][];
            report: components["schemas"]["PartView"][];
            source: string;
        };
        /** @description Makes a key. */
        KeyRequest: {
            expires_at?: string | null;
            name: string;
            scopes: ("admin" | "apps:read" | "apps:write" | "runs:read" | "runs:write" | "datasets:read" | "datasets:write" | "models:call" | "keys" | "operator")[];
        };
        /** @description A key, as it may be shown. */
        KeyView: {
            /** Format: date-time */
            created_at: string;
            expires_at?: string | null;
            id: string;
            last_used_at?: string | null;
            name: string;
            prefix: string;
            scopes: string[];
        };
        /** @description A plugin that a service has loaded, and what of it the service hosts. */
        LoadedView: {
            groups: string[];
            name: string;
            version: string;
        };
        /** @description Who the credential belongs to. `csrf_token` is there for sessions. */
        Me: {
            csrf_token?: string | null;
            id: string;
            /** @enum {string} */
            kind: "key" | "session";
            member?: components["schemas"]["MemberView"] | null;
            scopes: ("admin" | "apps:read" | "apps:write" | "runs:read" | "runs:write" | "datasets:read" | "datasets:write" | "models:call" | "keys" | "operator")[];
            tenant: components["schemas"]["TenantView"];
        };
        /** @description A member. */
        MemberView: {
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            name: string;
        };
        /**
         * @description A model; workflows write its `reference`. Prices: US dollars per million tokens.
         *
         *     `is_ready`: its provider needs no credential, or has one.
         */
        ModelView: {
            context_tokens: number | null;
            dimensions: number | null;
            input_price: number | null;
            is_ready: boolean;
            json_schema: boolean;
            kind: string;
            max_output_tokens: number | null;
            name: string;
            output_price: number | null;
            provider: string;
            reference: string;
            title: string;
            tools: boolean;
            vision: boolean;
        };
        /** @description A key that was just made; `key` is shown this once. */
        NewKeyView: {
            /** Format: date-time */
            created_at: string;
            expires_at?: string | null;
            id: string;
            key: string;
            last_used_at?: string | null;
            name: string;
            prefix: string;
            scopes: string[];
        };
        /** @description A new subscriber with the secret that signs its messages, shown this once. */
        NewWebhookView: {
            app_id: string | null;
            /** Format: date-time */
            created_at: string;
            disabled_reason: string | null;
            id: string;
            kinds: string[];
            secret: string;
            url: string;
        };
        /** @description Runs one node alone. */
        NodeRunRequest: {
            end_user?: string | null;
            inputs?: {
                [key: string]: unknown;
            };
            node: string;
            query?: string | null;
            /**
             * @default wait
             * @enum {string}
             */
            respond?: "wait" | "stream" | "accepted";
            /** @default 300 */
            timeout_s?: number;
            values?: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** @default draft */
            version?: string;
        };
        /** @description What a node offers; null is what its type does not tell for these settings. */
        NodeShape: {
            inner?: {
                [key: string]: string;
            } | null;
            outputs: components["schemas"]["OutputShape"][] | null;
            ports: string[] | null;
        };
        /** @description An output of a node. */
        OutputShape: {
            /** @default  */
            description?: string;
            name: string;
            /** @default false */
            streams?: boolean;
            type: string;
        };
        /** @description An output of the app. */
        OutputView: {
            name: string;
            node: string;
            type: string;
        };
        Page_AppView_: {
            items: components["schemas"]["AppView"][];
            next_cursor?: string | null;
        };
        Page_CredentialView_: {
            items: components["schemas"]["CredentialView"][];
            next_cursor?: string | null;
        };
        Page_DeliveryView_: {
            items: components["schemas"]["DeliveryView"][];
            next_cursor?: string | null;
        };
        Page_KeyView_: {
            items: components["schemas"]["KeyView"][];
            next_cursor?: string | null;
        };
        Page_ModelView_: {
            items: components["schemas"]["ModelView"][];
            next_cursor?: string | null;
        };
        Page_ProviderView_: {
            items: components["schemas"]["ProviderView"][];
            next_cursor?: string | null;
        };
        Page_StrategyView_: {
            items: components["schemas"]["StrategyView"][];
            next_cursor?: string | null;
        };
        Page_TagView_: {
            items: components["schemas"]["TagView"][];
            next_cursor?: string | null;
        };
        Page_ToolView_: {
            items: components["schemas"]["ToolView"][];
            next_cursor?: string | null;
        };
        Page_VersionView_: {
            items: components["schemas"]["VersionView"][];
            next_cursor?: string | null;
        };
        Page_WebhookView_: {
            items: components["schemas"]["WebhookView"][];
            next_cursor?: string | null;
        };
        /** @description What became of a part of the source, such as a node. */
        PartView: {
            node: string | null;
            /** @enum {string} */
            outcome: "carried" | "changed" | "left_out";
            part: string;
            pointer: string;
            remarks: components["schemas"]["RemarkView"][];
        };
        /** @description Pauses a run. All of it can be left out. */
        PauseRequest: {
            /** @default  */
            reason?: string;
        };
        /** @description Tells of a plugin whose files are in place. */
        PluginRequest: {
            groups: string[];
            name: string;
            version: string;
        };
        /** @description What is installed, what each service has loaded of it, and what does not load. */
        PluginsView: {
            failures: components["schemas"]["FailureView"][];
            items: components["schemas"]["PluginView"][];
            next_cursor?: null;
            services: {
                [key: string]: components["schemas"]["ServiceView"];
            };
        };
        /** @description A plugin. `at_run_time`: it was installed into the running platform, and can be removed. */
        PluginView: {
            at_run_time: boolean;
            groups: string[];
            name: string;
            version: string;
        };
        Problem: {
            code: string;
            /** @description What happened and what to do, for people */
            detail: string;
            errors?: {
                message: string;
                /** @description RFC 6901 JSON pointer */
                pointer: string;
            }[];
            instance?: string;
            /** @enum {string} */
            retry: "never" | "later" | "after_change";
            retry_after_s?: number;
            status: number;
            title: string;
            trace_id?: string;
            /** @description urn:skep:problem:<code> */
            type: string;
        };
        /** @description An installed provider. `is_usable`: it needs no credential, or has one. */
        ProviderView: {
            credential_schema: {
                [key: string]: unknown;
            };
            description: string;
            is_usable: boolean;
            name: string;
            needs_credential: boolean;
            open_catalogue: boolean;
            title: string;
        };
        /** @description The version that runs. */
        PublishedView: {
            /** Format: date-time */
            at: string;
            number: number;
            version: string;
        };
        /** @description Publishes the draft. */
        PublishRequest: {
            /** @default  */
            note?: string;
        };
        /** @description What became of one thing; `pointer` is a JSON pointer into the source. */
        RemarkView: {
            message: string;
            /** @enum {string} */
            outcome: "carried" | "changed" | "left_out";
            pointer: string;
        };
        /** @description Runs another version on what was recorded of a run. */
        ReplayRequest: {
            /**
             * @default live
             * @enum {string}
             */
            changed?: "live" | "stub";
            end_user?: string | null;
            /** @example ask */
            live?: string[];
            /**
             * @default wait
             * @enum {string}
             */
            respond?: "wait" | "stream" | "accepted";
            /** @default 300 */
            timeout_s?: number;
            /** @default draft */
            version?: string;
        };
        /** @description Starts a run of an app. */
        RunRequest: {
            app: string;
            conversation_id?: string | null;
            end_user?: string | null;
            files?: string[];
            inputs?: {
                [key: string]: unknown;
            };
            query?: string | null;
            /**
             * @default wait
             * @enum {string}
             */
            respond?: "wait" | "stream" | "accepted";
            /** @default 300 */
            timeout_s?: number;
            /** @default published */
            version?: string;
        };
        /** @description An app whose draft was saved; `issues` keep the draft from being published or run. */
        SavedAppView: {
            /** Format: date-time */
            created_at: string;
            description: string;
            draft: string;
            icon: string;
            id: string;
            issues: components["schemas"]["Fault"][];
            /** @enum {string} */
            mode: "workflow" | "chat";
            name: string;
            published: components["schemas"]["PublishedView"] | null;
            tags: string[];
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A draft that was saved. */
        SavedDraftView: {
            app_id: string;
            issues: components["schemas"]["Fault"][];
            version: string;
        };
        /**
         * @description What a search compares.
         * @enum {string}
         */
        SearchMode: "semantic" | "full_text" | "hybrid";
        /** @description Finds passages. */
        SearchRequest: {
            filter?: {
                field: string;
                /** @enum {unknown} */
                kind: "is";
                /** @enum {unknown} */
                op: "contains" | "ends_with" | "eq" | "exists" | "ge" | "gt" | "in" | "le" | "lt" | "ne" | "starts_with";
                value?: unknown;
            } | {
                /** @enum {unknown} */
                kind: "group";
                /** @enum {unknown} */
                match: "all" | "any" | "none";
                of: ({
                    field: string;
                    /** @enum {unknown} */
                    kind: "is";
                    /** @enum {unknown} */
                    op: "contains" | "ends_with" | "eq" | "exists" | "ge" | "gt" | "in" | "le" | "lt" | "ne" | "starts_with";
                    value?: unknown;
                } | unknown)[];
            } | null;
            /** @default hybrid */
            mode?: components["schemas"]["SearchMode"];
            query: string;
            rerank_model?: string | null;
            score_threshold?: number | null;
            /** @default 5 */
            top_k?: number;
            /** @default 0.5 */
            vector_weight?: number;
        };
        /** @description All secrets of an app. */
        SecretList: {
            items: components["schemas"]["SecretView"][];
        };
        /** @description A secret's value. */
        SecretRequest: {
            /** Format: password */
            value: string;
        };
        /** @description A secret that the app's draft declares, or that has a value. */
        SecretView: {
            is_declared: boolean;
            is_set: boolean;
            name: string;
        };
        /** @description What one process of a service has loaded; nothing is known of one that does not answer. */
        ServiceView: {
            answers: boolean;
            loaded: components["schemas"]["LoadedView"][];
        };
        /** @description A new session. Changes made with the cookie carry `csrf_token` in the header X-Skep-CSRF. */
        SessionView: {
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            member: components["schemas"]["MemberView"];
            tenant: components["schemas"]["TenantView"];
            token: string;
        };
        /** @description Creates the first member. */
        SetupRequest: {
            email: string;
            /** @default Administrator */
            name?: string;
            password: string;
            setup_token: string;
        };
        /** @description Whether the first member is still to be created. */
        SetupState: {
            needed: boolean;
        };
        /** @description Signs a member in. */
        SignInRequest: {
            email: string;
            password: string;
        };
        /** @description An installed agent strategy. */
        StrategyView: {
            description: string;
            name: string;
            needs_tool_calls: boolean;
            title: string;
        };
        /** @description A tag, and how many apps have it. */
        TagView: {
            apps: number;
            tag: string;
        };
        /** @description A tenant. */
        TenantView: {
            id: string;
            name: string;
        };
        /** @description An installed tool. `is_usable`: it needs no credential, or has one. */
        ToolView: {
            credential_provider: string | null;
            credential_schema: {
                [key: string]: unknown;
            };
            description: string;
            is_usable: boolean;
            name: string;
            needs_credential: boolean;
            parameters: {
                [key: string]: unknown;
            };
            repeatable: boolean;
            timeout_s: number;
            title: string;
        };
        /** @description A published version. */
        VersionView: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            is_current: boolean;
            note: string;
            number: number;
            version: string;
        };
        /** @description Subscribes to events. */
        WebhookRequest: {
            app?: string | null;
            kinds?: string[];
            url: string;
        };
        /** @description A subscriber. */
        WebhookView: {
            app_id: string | null;
            /** Format: date-time */
            created_at: string;
            disabled_reason: string | null;
            id: string;
            kinds: string[];
            url: string;
        };
        /** @description A published version with its document. */
        WholeVersionView: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            document: {
                [key: string]: unknown;
            };
            is_current: boolean;
            note: string;
            number: number;
            version: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    tools_list_strategies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_StrategyView_"];
                };
            };
        };
    };
    apps_list_tags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TagView_"];
                };
            };
        };
    };
    apps_list_apps: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                mode?: ("workflow" | "chat") | null;
                name?: string | null;
                search?: string | null;
                sort?: "created" | "updated";
                tag?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AppView_"];
                };
            };
        };
    };
    apps_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A whole workflow, as it is saved, versioned and run. */
                    document: {
                        /** @description What it is. `chat` apps take a message (``{{sys.query}}``) and keep a conversation. */
                        app: {
                            /** @default  */
                            description?: string;
                            /** @default  */
                            icon?: string;
                            /**
                             * @default workflow
                             * @enum {unknown}
                             */
                            mode?: "chat" | "workflow";
                            name: string;
                            /** @default  */
                            opening?: string;
                            /** @default [] */
                            suggestions?: string[];
                        };
                        /** @default [] */
                        conversation?: {
                            default?: unknown;
                            /** @default  */
                            description?: string;
                            name: string;
                            /**
                             * @default string
                             * @enum {unknown}
                             */
                            type?: "any" | "array[any]" | "array[boolean]" | "array[file]" | "array[number]" | "array[object]" | "array[string]" | "boolean" | "file" | "number" | "object" | "string";
                        }[];
                        /** @default [] */
                        edges?: {
                            from: string;
                            to: string;
                        }[];
                        /** @default [] */
                        environment?: {
                            /** @default  */
                            description?: string;
                            name: string;
                            /**
                             * @default string
                             * @enum {unknown}
                             */
                            type?: "boolean" | "number" | "object" | "secret" | "string";
                            value?: unknown;
                        }[];
                        /** @default {} */
                        layout?: {
                            [key: string]: [
                                number,
                                number
                            ];
                        };
                        /**
                         * @description What one run may use at the most.
                         * @default {}
                         */
                        limits?: {
                            /** @default 5000 */
                            steps?: number;
                            /** @default 1200 */
                            timeout_s?: number;
                        };
                        nodes: {
                            [key: string]: {
                                /** @default {} */
                                defaults?: Record<string, unknown>;
                                /** @default  */
                                note?: string;
                                /**
                                 * @default stop
                                 * @enum {unknown}
                                 */
                                on_failure?: "defaults" | "edge" | "stop";
                                parent?: string | null;
                                retry?: {
                                    /** @default 3 */
                                    attempts?: number;
                                    /** @default 1 */
                                    delay_s?: number;
                                    /** @default 2 */
                                    factor?: number;
                                    /** @default 60 */
                                    max_delay_s?: number;
                                } | null;
                                /** @default {} */
                                settings?: Record<string, unknown>;
                                timeout_s?: number | null;
                                /** @default  */
                                title?: string;
                                type: string;
                                /** @default 1 */
                                version?: number;
                            };
                        };
                        /** @default {} */
                        notes?: {
                            [key: string]: {
                                /** @description Where a node stands on the canvas, in pixels. */
                                at: [
                                    number,
                                    number
                                ];
                                /**
                                 * @default amber
                                 * @enum {unknown}
                                 */
                                color?: "amber" | "blue" | "green" | "grey" | "red";
                                size?: [
                                    number,
                                    number
                                ] | null;
                                /** @default  */
                                text?: string;
                            };
                        };
                        /** @default {} */
                        sizes?: {
                            [key: string]: [
                                number,
                                number
                            ];
                        };
                        /** @enum {unknown} */
                        skep: 1;
                    };
                };
                "application/yaml": string;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAppView"];
                };
            };
        };
    };
    apps_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppView"];
                };
            };
        };
    };
    apps_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    apps_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAppView"];
                };
            };
        };
    };
    apps_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CopyRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAppView"];
                };
            };
        };
    };
    apps_show_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftView"];
                };
            };
        };
    };
    apps_replace_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A whole workflow, as it is saved, versioned and run. */
                    document: {
                        /** @description What it is. `chat` apps take a message (``{{sys.query}}``) and keep a conversation. */
                        app: {
                            /** @default  */
                            description?: string;
                            /** @default  */
                            icon?: string;
                            /**
                             * @default workflow
                             * @enum {unknown}
                             */
                            mode?: "chat" | "workflow";
                            name: string;
                            /** @default  */
                            opening?: string;
                            /** @default [] */
                            suggestions?: string[];
                        };
                        /** @default [] */
                        conversation?: {
                            default?: unknown;
                            /** @default  */
                            description?: string;
                            name: string;
                            /**
                             * @default string
                             * @enum {unknown}
                             */
                            type?: "any" | "array[any]" | "array[boolean]" | "array[file]" | "array[number]" | "array[object]" | "array[string]" | "boolean" | "file" | "number" | "object" | "string";
                        }[];
                        /** @default [] */
                        edges?: {
                            from: string;
                            to: string;
                        }[];
                        /** @default [] */
                        environment?: {
                            /** @default  */
                            description?: string;
                            name: string;
                            /**
                             * @default string
                             * @enum {unknown}
                             */
                            type?: "boolean" | "number" | "object" | "secret" | "string";
                            value?: unknown;
                        }[];
                        /** @default {} */
                        layout?: {
                            [key: string]: [
                                number,
                                number
                            ];
                        };
                        /**
                         * @description What one run may use at the most.
                         * @default {}
                         */
                        limits?: {
                            /** @default 5000 */
                            steps?: number;
                            /** @default 1200 */
                            timeout_s?: number;
                        };
                        nodes: {
                            [key: string]: {
                                /** @default {} */
                                defaults?: Record<string, unknown>;
                                /** @default  */
                                note?: string;
                                /**
                                 * @default stop
                                 * @enum {unknown}
                                 */
                                on_failure?: "defaults" | "edge" | "stop";
                                parent?: string | null;
                                retry?: {
                                    /** @default 3 */
                                    attempts?: number;
                                    /** @default 1 */
                                    delay_s?: number;
                                    /** @default 2 */
                                    factor?: number;
                                    /** @default 60 */
                                    max_delay_s?: number;
                                } | null;
                                /** @default {} */
                                settings?: Record<string, unknown>;
                                timeout_s?: number | null;
                                /** @default  */
                                title?: string;
                                type: string;
                                /** @default 1 */
                                version?: number;
                            };
                        };
                        /** @default {} */
                        notes?: {
                            [key: string]: {
                                /** @description Where a node stands on the canvas, in pixels. */
                                at: [
                                    number,
                                    number
                                ];
                                /**
                                 * @default amber
                                 * @enum {unknown}
                                 */
                                color?: "amber" | "blue" | "green" | "grey" | "red";
                                size?: [
                                    number,
                                    number
                                ] | null;
                                /** @default  */
                                text?: string;
                            };
                        };
                        /** @default {} */
                        sizes?: {
                            [key: string]: [
                                number,
                                number
                            ];
                        };
                        /** @enum {unknown} */
                        skep: 1;
                    };
                };
                "application/yaml": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedDraftView"];
                };
            };
        };
    };
    imports_export_app: {
        parameters: {
            query?: {
                format?: string;
                version?: string;
            };
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportView"];
                };
            };
        };
    };
    debugging_run_node: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NodeRunRequest"];
            };
        };
        responses: {
            /** @description The run has ended, or waits for somebody; or its events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        answer: string | null;
                        app_id: string;
                        conversation_id: string | null;
                        cost_usd: number | null;
                        elapsed_s: number | null;
                        ended_at: string | null;
                        id: string;
                        input_tokens: number;
                        is_draft: boolean;
                        output_tokens: number;
                        outputs: Record<string, unknown>;
                        problem: {
                            code: string;
                            detail: string;
                            /** @default [] */
                            errors?: {
                                message: string;
                                pointer: string;
                            }[];
                            instance?: string | null;
                            /**
                             * @description Whether the same request can succeed later.
                             * @default never
                             * @enum {unknown}
                             */
                            retry?: "after_change" | "later" | "never";
                            retry_after_s?: number | null;
                            status: number;
                            title: string;
                            trace_id?: string | null;
                        } | null;
                        started_at: string | null;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                        waits: Record<string, unknown>;
                    };
                    /**
                     * @example id: 1-0
                     *     event: run.started
                     *     data: {"run_id":"run_…","number":1}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The run goes on; ask for it or follow its events */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id: string;
                        conversation_id?: string | null;
                        id: string;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                    };
                };
            };
        };
    };
    apps_list_secrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretList"];
                };
            };
        };
    };
    apps_set_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    apps_remove_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    apps_list_versions: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_VersionView_"];
                };
            };
        };
    };
    apps_publish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PublishRequest"] | null;
            };
        };
        responses: {
            /** @description This content is a version already; it is the published one now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionView"];
                };
            };
        };
    };
    apps_show_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeVersionView"];
                };
            };
        };
    };
    budgets_list_budgets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetList"];
                };
            };
        };
    };
    budgets_create_budget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BudgetRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetView"];
                };
            };
        };
    };
    budgets_show_budget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                budget_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetView"];
                };
            };
        };
    };
    budgets_delete_budget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                budget_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    budgets_change_budget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                budget_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BudgetChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetView"];
                };
            };
        };
    };
    waits_call_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                place: string;
                token: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description It is kept for the node that waits for it, or will */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        place: string;
                        run_id: string;
                        /**
                         * @default accepted
                         * @enum {unknown}
                         */
                        status?: "accepted";
                    };
                };
            };
        };
    };
    conversations_list_conversations: {
        parameters: {
            query?: {
                app?: string | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, the latest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            app_id: string;
                            /** Format: date-time */
                            created_at: string;
                            end_user?: string | null;
                            id: string;
                            messages: number;
                            title: string;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    conversations_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id: string;
                        /** Format: date-time */
                        created_at: string;
                        end_user?: string | null;
                        id: string;
                        messages: number;
                        title: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    conversations_list_messages: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of turns, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            answer: string;
                            /** Format: date-time */
                            created_at: string;
                            query: string;
                            run_id: string;
                            /**
                             * @description A fold of the run log.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    conversations_show_variables: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Values by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string | unknown;
                };
            };
        };
    };
    models_list_credentials: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CredentialView_"];
                };
            };
        };
    };
    models_store_credential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialView"];
                };
            };
        };
    };
    models_delete_credential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    models_check_credential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialCheckView"];
                };
            };
        };
    };
    datasets_list_datasets: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of datasets, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description How long chunks are, in characters, and what they may split at, the best separator first. */
                            chunk_spec: {
                                /** @default 1000 */
                                max_chars?: number;
                                /** @default 100 */
                                overlap_chars?: number;
                                /**
                                 * @default [
                                 *       "\n\n",
                                 *       "\n",
                                 *       ". ",
                                 *       "。",
                                 *       " "
                                 *     ]
                                 */
                                separators?: string[];
                            };
                            chunker: string;
                            chunks: number;
                            /** Format: date-time */
                            created_at: string;
                            description: string;
                            dimensions: number;
                            documents: number;
                            embedding_model: string;
                            id: string;
                            name: string;
                            store: string;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    datasets_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetRequest"];
            };
        };
        responses: {
            /** @description The dataset */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How long chunks are, in characters, and what they may split at, the best separator first. */
                        chunk_spec: {
                            /** @default 1000 */
                            max_chars?: number;
                            /** @default 100 */
                            overlap_chars?: number;
                            /**
                             * @default [
                             *       "\n\n",
                             *       "\n",
                             *       ". ",
                             *       "。",
                             *       " "
                             *     ]
                             */
                            separators?: string[];
                        };
                        chunker: string;
                        chunks: number;
                        /** Format: date-time */
                        created_at: string;
                        description: string;
                        dimensions: number;
                        documents: number;
                        embedding_model: string;
                        id: string;
                        name: string;
                        store: string;
                    };
                };
            };
        };
    };
    datasets_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How long chunks are, in characters, and what they may split at, the best separator first. */
                        chunk_spec: {
                            /** @default 1000 */
                            max_chars?: number;
                            /** @default 100 */
                            overlap_chars?: number;
                            /**
                             * @default [
                             *       "\n\n",
                             *       "\n",
                             *       ". ",
                             *       "。",
                             *       " "
                             *     ]
                             */
                            separators?: string[];
                        };
                        chunker: string;
                        chunks: number;
                        /** Format: date-time */
                        created_at: string;
                        description: string;
                        dimensions: number;
                        documents: number;
                        embedding_model: string;
                        id: string;
                        name: string;
                        store: string;
                    };
                };
            };
        };
    };
    datasets_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    datasets_list_documents: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                status?: ("queued" | "parsing" | "indexing" | "ready" | "failed" | "deleting") | null;
            };
            header?: never;
            path: {
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @default false */
                            archived?: boolean;
                            chunks_done: number;
                            chunks_total: number | null;
                            content_hash: string;
                            /** Format: date-time */
                            created_at: string;
                            dataset_id: string;
                            /** @default true */
                            enabled?: boolean;
                            error: string | null;
                            error_code: string | null;
                            id: string;
                            metadata: Record<string, unknown>;
                            mime_type: string;
                            name: string;
                            size_bytes: number;
                            /**
                             * @description Where a document is. It is never between two of these without a live worker holding it.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "deleting" | "failed" | "indexing" | "parsing" | "paused" | "queued" | "ready" | "unknown";
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    datasets_add_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    file_id?: string | null;
                    metadata?: {
                        [key: string]: unknown;
                    };
                    name?: string | null;
                    text?: string | null;
                };
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /** @description A JSON object */
                    metadata?: string;
                };
            };
        };
        responses: {
            /** @description The document; ask for it to see how it goes */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @default false */
                        archived?: boolean;
                        chunks_done: number;
                        chunks_total: number | null;
                        content_hash: string;
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        /** @default true */
                        enabled?: boolean;
                        error: string | null;
                        error_code: string | null;
                        id: string;
                        metadata: Record<string, unknown>;
                        mime_type: string;
                        name: string;
                        size_bytes: number;
                        /**
                         * @description Where a document is. It is never between two of these without a live worker holding it.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "deleting" | "failed" | "indexing" | "parsing" | "paused" | "queued" | "ready" | "unknown";
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    datasets_show_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @default false */
                        archived?: boolean;
                        chunks_done: number;
                        chunks_total: number | null;
                        content_hash: string;
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        /** @default true */
                        enabled?: boolean;
                        error: string | null;
                        error_code: string | null;
                        id: string;
                        metadata: Record<string, unknown>;
                        mime_type: string;
                        name: string;
                        size_bytes: number;
                        /**
                         * @description Where a document is. It is never between two of these without a live worker holding it.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "deleting" | "failed" | "indexing" | "parsing" | "paused" | "queued" | "ready" | "unknown";
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    datasets_delete_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    datasets_retry_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document, queued again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @default false */
                        archived?: boolean;
                        chunks_done: number;
                        chunks_total: number | null;
                        content_hash: string;
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        /** @default true */
                        enabled?: boolean;
                        error: string | null;
                        error_code: string | null;
                        id: string;
                        metadata: Record<string, unknown>;
                        mime_type: string;
                        name: string;
                        size_bytes: number;
                        /**
                         * @description Where a document is. It is never between two of these without a live worker holding it.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "deleting" | "failed" | "indexing" | "parsing" | "paused" | "queued" | "ready" | "unknown";
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    datasets_search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchRequest"];
            };
        };
        responses: {
            /** @description Passages, best first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        chunks: {
                            dataset_id: string;
                            dataset_name: string;
                            document_id: string;
                            document_name: string;
                            end?: number | null;
                            /** @default [] */
                            heading_path?: string[];
                            id: string;
                            /** @default {} */
                            metadata?: Record<string, unknown>;
                            page?: number | null;
                            score: number;
                            seq: number;
                            start?: number | null;
                            text: string;
                        }[];
                        /** @default 0 */
                        elapsed_s?: number;
                    };
                };
            };
        };
    };
    models_show_default_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefaultModels"];
                };
            };
        };
    };
    models_set_default_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefaultModels"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefaultModels"];
                };
            };
        };
    };
    events_follow: {
        parameters: {
            query?: {
                app?: string | null;
                from?: string;
                kind?: string | null;
                run?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events: the event is its type, the data its envelope */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/event-stream": string;
                };
            };
        };
    };
    files_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileView"];
                };
            };
        };
    };
    files_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileView"];
                };
            };
        };
    };
    files_content: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    waits_show_form: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The form, as long as it waits for an answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        actions: {
                            id: string;
                            /** @default  */
                            label?: string;
                            /**
                             * @default default
                             * @enum {unknown}
                             */
                            style?: "danger" | "default" | "primary" | "quiet";
                        }[];
                        content: string;
                        fields: {
                            /**
                             * @description Of files: `.pdf`, `text/plain`, `image/*`, or one of `image`, `audio`, `video`, `document`. Empty for all.
                             * @default []
                             */
                            accept?: string[];
                            /**
                             * @description An empty text counts as given, if the field is required.
                             * @default false
                             */
                            allow_empty?: boolean;
                            /** @description Taken when nothing is given. */
                            default?: unknown;
                            /**
                             * @description Help for whoever fills it in.
                             * @default
                             */
                            description?: string;
                            /**
                             * @description Set through the API, never shown.
                             * @default false
                             */
                            hidden?: boolean;
                            /**
                             * @description How people read it; the name when empty.
                             * @default
                             */
                            label?: string;
                            /** @description Of a number. */
                            max?: number | null;
                            /** @description Files, or choices of a multi-select. */
                            max_items?: number | null;
                            /** @description Characters of a text or paragraph. */
                            max_length?: number | null;
                            /** @description Of each file. */
                            max_size_bytes?: number | null;
                            /** @description Of a number. */
                            min?: number | null;
                            /** @description How references call it. */
                            name: string;
                            /**
                             * @description Of a select or multi-select.
                             * @default []
                             */
                            options?: string[];
                            /**
                             * @description Shown while it is empty.
                             * @default
                             */
                            placeholder?: string;
                            /** @default false */
                            required?: boolean;
                            /** @description JSON Schema of an object or json field. */
                            schema?: Record<string, unknown> | null;
                            /**
                             * @default text
                             * @enum {unknown}
                             */
                            type?: "checkbox" | "date" | "datetime" | "file" | "files" | "json" | "multi-select" | "number" | "object" | "paragraph" | "select" | "text";
                        }[];
                        since: string;
                        until: string | null;
                    };
                };
            };
        };
    };
    waits_answer_form: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer is the first one, and the run goes on */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        place: string;
                        run_id: string;
                        /**
                         * @default accepted
                         * @enum {unknown}
                         */
                        status?: "accepted";
                    };
                };
            };
        };
    };
    imports_import_app: {
        parameters: {
            query?: {
                dry_run?: boolean;
                format?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, unknown>;
                "application/yaml": string;
            };
        };
        responses: {
            /** @description It was only tried (`dry_run`) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportView"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportView"];
                };
            };
        };
    };
    identity_list_keys: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_KeyView_"];
                };
            };
        };
    };
    identity_make_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyView"];
                };
            };
        };
    };
    identity_revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    identity_show_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    models_list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ModelView_"];
                };
            };
        };
    };
    workflows_list_node_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    plugins_list_plugins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginsView"];
                };
            };
        };
    };
    plugins_record_plugin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginView"];
                };
            };
        };
    };
    plugins_remove_plugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    models_list_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProviderView_"];
                };
            };
        };
    };
    runs_list_runs: {
        parameters: {
            query?: {
                app?: string | null;
                conversation_id?: string | null;
                cursor?: string | null;
                end_user?: string | null;
                limit?: number;
                origin?: string | null;
                since?: string | null;
                status?: ("queued" | "running" | "paused" | "succeeded" | "failed" | "cancelled") | null;
                until?: string | null;
                version?: string | null;
                via?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            app_id: string;
                            conversation_id?: string | null;
                            cost_usd?: number | null;
                            elapsed_s?: number | null;
                            end_user?: string | null;
                            ended_at?: string | null;
                            id: string;
                            /** @default 0 */
                            input_tokens?: number;
                            /** @default false */
                            is_draft?: boolean;
                            /** @default 0 */
                            nodes_done?: number;
                            origin_run_id?: string | null;
                            /** @default 0 */
                            output_tokens?: number;
                            problem?: {
                                code: string;
                                detail: string;
                                /** @default [] */
                                errors?: {
                                    message: string;
                                    pointer: string;
                                }[];
                                instance?: string | null;
                                /**
                                 * @description Whether the same request can succeed later.
                                 * @default never
                                 * @enum {unknown}
                                 */
                                retry?: "after_change" | "later" | "never";
                                retry_after_s?: number | null;
                                status: number;
                                title: string;
                                trace_id?: string | null;
                            } | null;
                            /** @default 0 */
                            repeated_effects?: number;
                            /** Format: date-time */
                            started_at: string;
                            /**
                             * @description A fold of the run log.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                            version: string;
                            /** @default api */
                            via?: string;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    runs_start: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description The run has ended, or waits for somebody; or its events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        answer: string | null;
                        app_id: string;
                        conversation_id: string | null;
                        cost_usd: number | null;
                        elapsed_s: number | null;
                        ended_at: string | null;
                        id: string;
                        input_tokens: number;
                        is_draft: boolean;
                        output_tokens: number;
                        outputs: Record<string, unknown>;
                        problem: {
                            code: string;
                            detail: string;
                            /** @default [] */
                            errors?: {
                                message: string;
                                pointer: string;
                            }[];
                            instance?: string | null;
                            /**
                             * @description Whether the same request can succeed later.
                             * @default never
                             * @enum {unknown}
                             */
                            retry?: "after_change" | "later" | "never";
                            retry_after_s?: number | null;
                            status: number;
                            title: string;
                            trace_id?: string | null;
                        } | null;
                        started_at: string | null;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                        waits: Record<string, unknown>;
                    };
                    /**
                     * @example id: 1-0
                     *     event: run.started
                     *     data: {"run_id":"run_…","number":1}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The run goes on; ask for it or follow its events */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id: string;
                        conversation_id?: string | null;
                        id: string;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                    };
                };
            };
        };
    };
    runs_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run; little of it until a worker begins it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        answer: string | null;
                        app_id: string;
                        conversation_id: string | null;
                        cost_usd: number | null;
                        elapsed_s: number | null;
                        end_user: string | null;
                        ended_at: string | null;
                        id: string;
                        input_tokens: number;
                        inputs: Record<string, unknown>;
                        is_draft: boolean;
                        last_event: number;
                        nodes: {
                            /** @default 1 */
                            attempt?: number;
                            cost_usd?: number | null;
                            elapsed_s?: number | null;
                            /** @default 0 */
                            failed_rounds?: number;
                            /** @default 0 */
                            input_tokens?: number;
                            /** @default false */
                            is_shortened?: boolean;
                            /** @default [] */
                            logs?: string[];
                            node: string;
                            node_type: string;
                            /** @default 0 */
                            output_tokens?: number;
                            /** @default {} */
                            outputs?: Record<string, unknown>;
                            port?: string | null;
                            problem?: {
                                code: string;
                                detail: string;
                                /** @default [] */
                                errors?: {
                                    message: string;
                                    pointer: string;
                                }[];
                                instance?: string | null;
                                /**
                                 * @description Whether the same request can succeed later.
                                 * @default never
                                 * @enum {unknown}
                                 */
                                retry?: "after_change" | "later" | "never";
                                retry_after_s?: number | null;
                                status: number;
                                title: string;
                                trace_id?: string | null;
                            } | null;
                            reused?: string | null;
                            rounds?: number | null;
                            /** @default  */
                            scope?: string;
                            started_at?: string | null;
                            status: string;
                        }[];
                        nodes_done: number;
                        origin_run_id: string | null;
                        output_tokens: number;
                        outputs: Record<string, unknown>;
                        parent_run_id: string | null;
                        problem: {
                            code: string;
                            detail: string;
                            /** @default [] */
                            errors?: {
                                message: string;
                                pointer: string;
                            }[];
                            instance?: string | null;
                            /**
                             * @description Whether the same request can succeed later.
                             * @default never
                             * @enum {unknown}
                             */
                            retry?: "after_change" | "later" | "never";
                            retry_after_s?: number | null;
                            status: number;
                            title: string;
                            trace_id?: string | null;
                        } | null;
                        query: string | null;
                        repeated_effects: number;
                        reused_effects: number;
                        started_at: string | null;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                        via: string;
                        waits: Record<string, unknown>;
                    } | {
                        app_id: string;
                        conversation_id?: string | null;
                        id: string;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                    };
                };
            };
        };
    };
    waits_answer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerRequest"];
            };
        };
        responses: {
            /** @description The answer is the first one, and the run goes on */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        place: string;
                        run_id: string;
                        /**
                         * @default accepted
                         * @enum {unknown}
                         */
                        status?: "accepted";
                    };
                };
            };
        };
    };
    runs_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancellationRequest"];
            };
        };
        responses: {
            /** @description The run will be stopped if it has not ended */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run_id: string;
                        /**
                         * @default accepted
                         * @enum {unknown}
                         */
                        status?: "accepted";
                    };
                };
            };
        };
    };
    debugging_compare: {
        parameters: {
            query: {
                limit?: number;
                with: string;
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the run `with` differs from this one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What one of the two came to, and what it took. */
                        after: {
                            cost_usd?: number | null;
                            elapsed_s?: number | null;
                            /** @default 0 */
                            input_tokens?: number;
                            /** @default 0 */
                            model_calls?: number;
                            /** @default 0 */
                            nodes_done?: number;
                            /** @default 0 */
                            output_tokens?: number;
                            /** @default 0 */
                            reused_effects?: number;
                            run_id: string;
                            /**
                             * @description A fold of the run log.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                            version: string;
                        };
                        answer?: {
                            after?: unknown;
                            before?: unknown;
                            /** @enum {unknown} */
                            change: "added" | "changed" | "removed";
                            /** @default false */
                            is_shortened?: boolean;
                            name: string;
                        } | null;
                        /** @description What one of the two came to, and what it took. */
                        before: {
                            cost_usd?: number | null;
                            elapsed_s?: number | null;
                            /** @default 0 */
                            input_tokens?: number;
                            /** @default 0 */
                            model_calls?: number;
                            /** @default 0 */
                            nodes_done?: number;
                            /** @default 0 */
                            output_tokens?: number;
                            /** @default 0 */
                            reused_effects?: number;
                            run_id: string;
                            /**
                             * @description A fold of the run log.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                            version: string;
                        };
                        /**
                         * @description Places by how they compare.
                         * @default {
                         *       "added": 0,
                         *       "changed": 0,
                         *       "removed": 0,
                         *       "reused": 0,
                         *       "same": 0
                         *     }
                         */
                        counts?: {
                            /** @default 0 */
                            added?: number;
                            /** @default 0 */
                            changed?: number;
                            /** @default 0 */
                            removed?: number;
                            /** @default 0 */
                            reused?: number;
                            /** @default 0 */
                            same?: number;
                        };
                        /** @default false */
                        has_more?: boolean;
                        /** @default [] */
                        nodes?: {
                            /** @enum {unknown} */
                            change: "added" | "changed" | "removed";
                            /** @default false */
                            is_reused?: boolean;
                            node_type: string;
                            /** @default [] */
                            outputs?: {
                                after?: unknown;
                                before?: unknown;
                                /** @enum {unknown} */
                                change: "added" | "changed" | "removed";
                                /** @default false */
                                is_shortened?: boolean;
                                name: string;
                            }[];
                            place: string;
                            port_after?: string | null;
                            port_before?: string | null;
                            status_after?: string | null;
                            status_before?: string | null;
                        }[];
                        /** @default [] */
                        outputs?: {
                            after?: unknown;
                            before?: unknown;
                            /** @enum {unknown} */
                            change: "added" | "changed" | "removed";
                            /** @default false */
                            is_shortened?: boolean;
                            name: string;
                        }[];
                    };
                };
            };
        };
    };
    debugging_show_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document as it was when the run began */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id: string;
                        document: Record<string, unknown>;
                        is_draft: boolean;
                        version: string;
                    };
                };
            };
        };
    };
    runs_follow: {
        parameters: {
            query?: {
                after?: string | null;
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run's events as server-sent events, to its end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    /**
                     * @example id: 1-0
                     *     event: run.started
                     *     data: {"run_id":"run_…","number":1}
                     */
                    "text/event-stream": string;
                };
            };
        };
    };
    debugging_fork: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ForkRequest"];
            };
        };
        responses: {
            /** @description The run has ended, or waits for somebody; or its events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        answer: string | null;
                        app_id: string;
                        conversation_id: string | null;
                        cost_usd: number | null;
                        elapsed_s: number | null;
                        ended_at: string | null;
                        id: string;
                        input_tokens: number;
                        is_draft: boolean;
                        output_tokens: number;
                        outputs: Record<string, unknown>;
                        problem: {
                            code: string;
                            detail: string;
                            /** @default [] */
                            errors?: {
                                message: string;
                                pointer: string;
                            }[];
                            instance?: string | null;
                            /**
                             * @description Whether the same request can succeed later.
                             * @default never
                             * @enum {unknown}
                             */
                            retry?: "after_change" | "later" | "never";
                            retry_after_s?: number | null;
                            status: number;
                            title: string;
                            trace_id?: string | null;
                        } | null;
                        started_at: string | null;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                        waits: Record<string, unknown>;
                    };
                    /**
                     * @example id: 1-0
                     *     event: run.started
                     *     data: {"run_id":"run_…","number":1}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The run goes on; ask for it or follow its events */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id: string;
                        conversation_id?: string | null;
                        id: string;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                    };
                };
            };
        };
    };
    debugging_list_nodes: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                scope?: string;
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of nodes, in the order in which they began */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @default 1 */
                            attempt?: number;
                            cost_usd?: number | null;
                            elapsed_s?: number | null;
                            /** @default 0 */
                            failed_rounds?: number;
                            /** @default 0 */
                            input_tokens?: number;
                            /** @default false */
                            is_shortened?: boolean;
                            /** @default [] */
                            logs?: string[];
                            node: string;
                            node_type: string;
                            /** @default 0 */
                            output_tokens?: number;
                            /** @default {} */
                            outputs?: Record<string, unknown>;
                            port?: string | null;
                            problem?: {
                                code: string;
                                detail: string;
                                /** @default [] */
                                errors?: {
                                    message: string;
                                    pointer: string;
                                }[];
                                instance?: string | null;
                                /**
                                 * @description Whether the same request can succeed later.
                                 * @default never
                                 * @enum {unknown}
                                 */
                                retry?: "after_change" | "later" | "never";
                                retry_after_s?: number | null;
                                status: number;
                                title: string;
                                trace_id?: string | null;
                            } | null;
                            reused?: string | null;
                            rounds?: number | null;
                            /** @default  */
                            scope?: string;
                            started_at?: string | null;
                            status: string;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    waits_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PauseRequest"];
            };
        };
        responses: {
            /** @description Nothing more begins; it is paused once all in hand has ended */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        place: string;
                        run_id: string;
                        /**
                         * @default accepted
                         * @enum {unknown}
                         */
                        status?: "accepted";
                    };
                };
            };
        };
    };
    debugging_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description The run has ended, or waits for somebody; or its events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        answer: string | null;
                        app_id: string;
                        conversation_id: string | null;
                        cost_usd: number | null;
                        elapsed_s: number | null;
                        ended_at: string | null;
                        id: string;
                        input_tokens: number;
                        is_draft: boolean;
                        output_tokens: number;
                        outputs: Record<string, unknown>;
                        problem: {
                            code: string;
                            detail: string;
                            /** @default [] */
                            errors?: {
                                message: string;
                                pointer: string;
                            }[];
                            instance?: string | null;
                            /**
                             * @description Whether the same request can succeed later.
                             * @default never
                             * @enum {unknown}
                             */
                            retry?: "after_change" | "later" | "never";
                            retry_after_s?: number | null;
                            status: number;
                            title: string;
                            trace_id?: string | null;
                        } | null;
                        started_at: string | null;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                        waits: Record<string, unknown>;
                    };
                    /**
                     * @example id: 1-0
                     *     event: run.started
                     *     data: {"run_id":"run_…","number":1}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The run goes on; ask for it or follow its events */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id: string;
                        conversation_id?: string | null;
                        id: string;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        version: string;
                    };
                };
            };
        };
    };
    waits_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run goes on */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        place: string;
                        run_id: string;
                        /**
                         * @default accepted
                         * @enum {unknown}
                         */
                        status?: "accepted";
                    };
                };
            };
        };
    };
    debugging_verify: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which rules the run's log breaks; none, if all is well */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: number;
                        /** @default [] */
                        faults?: {
                            detail: string;
                            number: number;
                            rule: string;
                        }[];
                        is_held: boolean;
                        repeated_effects: number;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                    };
                };
            };
        };
    };
    waits_list_waits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the run waits for, also while other branches go on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run_id: string;
                        /**
                         * @description A fold of the run log.
                         * @enum {unknown}
                         */
                        status: "cancelled" | "failed" | "paused" | "queued" | "running" | "succeeded" | "unknown";
                        waits: {
                            data: Record<string, unknown>;
                            kind: string;
                            link?: string | null;
                            place: string;
                            since: string;
                            until: string | null;
                        }[];
                    };
                };
            };
        };
    };
    usage_describe_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What isolation holds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        active: string | null;
                        capacity: number;
                        reports: {
                            environments: string[];
                            guarantees: {
                                detail: string;
                                holds: boolean;
                                name: string;
                                /** @default true */
                                required?: boolean;
                            }[];
                            languages: string[];
                            runtime: string;
                        }[];
                        running: number;
                    };
                };
            };
        };
    };
    identity_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    identity_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    identity_show_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupState"];
                };
            };
        };
    };
    identity_set_up_first_member: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    tools_list_tools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ToolView_"];
                };
            };
        };
    };
    usage_read_usage: {
        parameters: {
            query?: {
                app?: string | null;
                since?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sums by hour, app and model, in order of time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rows: {
                            app_id: string | null;
                            calls: number;
                            cost_usd: number | null;
                            /** Format: date-time */
                            hour: string;
                            input_tokens: number;
                            model: string;
                            output_tokens: number;
                            provider: string;
                        }[];
                    };
                };
            };
        };
    };
    webhooks_list_webhooks: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WebhookView_"];
                };
            };
        };
    };
    webhooks_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookView"];
                };
            };
        };
    };
    webhooks_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookView"];
                };
            };
        };
    };
    webhooks_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    webhooks_list_deliveries: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                status?: ("delivered" | "retrying" | "dead" | "refused" | "queued") | null;
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeliveryView_"];
                };
            };
        };
    };
    webhooks_retry_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
        };
    };
    workflows_check_document: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A whole workflow, as it is saved, versioned and run. */
                    document: {
                        /** @description What it is. `chat` apps take a message (``{{sys.query}}``) and keep a conversation. */
                        app: {
                            /** @default  */
                            description?: string;
                            /** @default  */
                            icon?: string;
                            /**
                             * @default workflow
                             * @enum {unknown}
                             */
                            mode?: "chat" | "workflow";
                            name: string;
                            /** @default  */
                            opening?: string;
                            /** @default [] */
                            suggestions?: string[];
                        };
                        /** @default [] */
                        conversation?: {
                            default?: unknown;
                            /** @default  */
                            description?: string;
                            name: string;
                            /**
                             * @default string
                             * @enum {unknown}
                             */
                            type?: "any" | "array[any]" | "array[boolean]" | "array[file]" | "array[number]" | "array[object]" | "array[string]" | "boolean" | "file" | "number" | "object" | "string";
                        }[];
                        /** @default [] */
                        edges?: {
                            from: string;
                            to: string;
                        }[];
                        /** @default [] */
                        environment?: {
                            /** @default  */
                            description?: string;
                            name: string;
                            /**
                             * @default string
                             * @enum {unknown}
                             */
                            type?: "boolean" | "number" | "object" | "secret" | "string";
                            value?: unknown;
                        }[];
                        /** @default {} */
                        layout?: {
                            [key: string]: [
                                number,
                                number
                            ];
                        };
                        /**
                         * @description What one run may use at the most.
                         * @default {}
                         */
                        limits?: {
                            /** @default 5000 */
                            steps?: number;
                            /** @default 1200 */
                            timeout_s?: number;
                        };
                        nodes: {
                            [key: string]: {
                                /** @default {} */
                                defaults?: Record<string, unknown>;
                                /** @default  */
                                note?: string;
                                /**
                                 * @default stop
                                 * @enum {unknown}
                                 */
                                on_failure?: "defaults" | "edge" | "stop";
                                parent?: string | null;
                                retry?: {
                                    /** @default 3 */
                                    attempts?: number;
                                    /** @default 1 */
                                    delay_s?: number;
                                    /** @default 2 */
                                    factor?: number;
                                    /** @default 60 */
                                    max_delay_s?: number;
                                } | null;
                                /** @default {} */
                                settings?: Record<string, unknown>;
                                timeout_s?: number | null;
                                /** @default  */
                                title?: string;
                                type: string;
                                /** @default 1 */
                                version?: number;
                            };
                        };
                        /** @default {} */
                        notes?: {
                            [key: string]: {
                                /** @description Where a node stands on the canvas, in pixels. */
                                at: [
                                    number,
                                    number
                                ];
                                /**
                                 * @default amber
                                 * @enum {unknown}
                                 */
                                color?: "amber" | "blue" | "green" | "grey" | "red";
                                size?: [
                                    number,
                                    number
                                ] | null;
                                /** @default  */
                                text?: string;
                            };
                        };
                        /** @default {} */
                        sizes?: {
                            [key: string]: [
                                number,
                                number
                            ];
                        };
                        /** @enum {unknown} */
                        skep: 1;
                    };
                };
                "application/yaml": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckView"];
                };
            };
        };
    };
    workflows_show_schema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    system_show_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    system_show_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    completions_complete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    conversation_id?: string | null;
                    inputs?: Record<string, unknown> | null;
                    max_completion_tokens?: number | null;
                    max_tokens?: number | null;
                    messages: {
                        content?: string | {
                            image_url?: {
                                /**
                                 * @default auto
                                 * @enum {unknown}
                                 */
                                detail?: "auto" | "high" | "low";
                                url: string;
                            } | null;
                            text?: string | null;
                            /** @enum {unknown} */
                            type: "image_url" | "text";
                        }[] | null;
                        name?: string | null;
                        /** @enum {unknown} */
                        role: "assistant" | "developer" | "system" | "tool" | "user";
                        tool_call_id?: string | null;
                        tool_calls?: {
                            /** @description The function a model called. */
                            function: {
                                /** @default {} */
                                arguments?: string;
                                name: string;
                            };
                            id: string;
                            /**
                             * @default function
                             * @enum {unknown}
                             */
                            type?: "function";
                        }[] | null;
                    }[];
                    model: string;
                    n?: number | null;
                    response_format?: {
                        json_schema?: {
                            name: string;
                            /** @default {} */
                            schema?: Record<string, unknown>;
                            strict?: boolean | null;
                        } | null;
                        /** @enum {unknown} */
                        type: "json_object" | "json_schema" | "text";
                    } | null;
                    seed?: number | null;
                    stop?: string | string[] | null;
                    stream?: boolean | null;
                    stream_options?: {
                        /** @default false */
                        include_usage?: boolean;
                    } | null;
                    temperature?: number | null;
                    tool_choice?: string | Record<string, unknown> | null;
                    tools?: {
                        /** @description A function that a model may call. */
                        function: {
                            /** @default  */
                            description?: string;
                            name: string;
                            parameters?: Record<string, unknown> | null;
                            strict?: boolean | null;
                        };
                        /**
                         * @default function
                         * @enum {unknown}
                         */
                        type?: "function";
                    }[] | null;
                    top_p?: number | null;
                    user?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    completions_embed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    dimensions?: number | null;
                    /**
                     * @default float
                     * @enum {unknown}
                     */
                    encoding_format?: "base64" | "float";
                    input: string | string[];
                    model: string;
                    user?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    completions_list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    completions_show_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    system_show_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
}

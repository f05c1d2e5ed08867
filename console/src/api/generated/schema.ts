// Made by `make generate` from the gateway's routes; edits are lost.
// source: 3cb976afbe7cff1bdd87b0d882ebb6da511f794daa5f410920a5193aeba7f801

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
    "/api/v1/apps/{app}/site": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Site
         * @description Show an app's page: whether it is open, where it is, how it looks.
         */
        get: operations["sites_show_site"];
        /**
         * Put Site
         * @description Open, close or change an app's page. What is published is what its visitors run.
         */
        put: operations["sites_put_site"];
        post?: never;
        delete?: never;
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
    "/api/v1/audit-records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Records
         * @description List who changed what, newest first: by whom, what (``apps``, ``apps.publish``), and when.
         */
        get: operations["audit_list_records"];
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
    "/api/v1/chunkers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Chunkers
         * @description List the ways to split documents that are installed, by name.
         */
        get: operations["datasets_list_chunkers"];
        put?: never;
        post?: never;
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
    "/api/v1/dataset-tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tags
         * @description List the tags that datasets have, the most used first; those beyond a page are left out.
         */
        get: operations["datasets_list_tags"];
        put?: never;
        post?: never;
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
         * @description List datasets, newest first; `search`: words that are all in the name or the description.
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
        /**
         * Update
         * @description Change a dataset's name, description or tags.
         */
        patch: operations["datasets_update"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Access
         * @description Show who may know of a dataset, and which apps answer from it.
         */
        get: operations["datasets_show_access"];
        /**
         * Set Access
         * @description Say who may know of a dataset; whoever restricts it keeps it in sight.
         *
         *     Apps that name it go on searching it, whoever runs them: `apps` lists them.
         */
        put: operations["datasets_set_access"];
        post?: never;
        delete?: never;
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
         * @description List a dataset's documents, newest first; `search`: words that are all in the name.
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
        /**
         * Update Document
         * @description Rename, describe, switch on or off, or archive a document; its chunks follow soon after.
         */
        patch: operations["datasets_update_document"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Document
         * @description Stop a document's indexing for good; a version that was ready before is still found.
         */
        post: operations["datasets_cancel_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/chunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Chunks
         * @description List the chunks of what is served of a document, in order, or the children of a passage.
         */
        get: operations["datasets_list_chunks"];
        put?: never;
        /**
         * Create Chunk
         * @description Add a chunk at the end of a document that is ready.
         */
        post: operations["datasets_create_chunk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/chunks/{chunk_id}": {
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
         * Delete Chunk
         * @description Delete a chunk.
         */
        delete: operations["datasets_delete_chunk"];
        options?: never;
        head?: never;
        /**
         * Update Chunk
         * @description Change a chunk's text or keywords, or switch it on or off; a new text is embedded again.
         */
        patch: operations["datasets_update_chunk"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Document Content
         * @description Return what was uploaded, always as a download.
         */
        get: operations["datasets_document_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/pauses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause Document
         * @description Pause a document's indexing; what is done is kept.
         */
        post: operations["datasets_pause_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/documents/{document_id}/resumptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Document
         * @description Let a paused document go on where it stopped.
         */
        post: operations["datasets_resume_document"];
        delete?: never;
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
    "/api/v1/datasets/{dataset}/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Fields
         * @description List the metadata fields of a dataset's documents, with their types and some values.
         */
        get: operations["datasets_list_fields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/moves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin Move
         * @description Move a dataset to another store or embedding model; it serves from where it is meanwhile.
         */
        post: operations["datasets_begin_move"];
        /**
         * Cancel Move
         * @description Stop a move; the dataset stays where it is.
         */
        delete: operations["datasets_cancel_move"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/previews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview
         * @description Split an uploaded file as the dataset would, or with other settings; nothing is stored.
         */
        post: operations["datasets_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/reindexings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reindex
         * @description Split and embed every document anew; each is served as it was until it is done.
         */
        post: operations["datasets_reindex"];
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
    "/api/v1/datasets/{dataset}/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sources
         * @description List the sources of a dataset, oldest first.
         */
        get: operations["datasets_list_sources"];
        put?: never;
        /**
         * Add Source
         * @description Add a source to a dataset, whose documents are kept in step with it from now on.
         */
        post: operations["datasets_add_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Source
         * @description Show a source, and how far its latest sync is.
         */
        get: operations["datasets_show_source"];
        put?: never;
        post?: never;
        /**
         * Remove Source
         * @description Delete a source. Its documents stay as they are, or are removed with it.
         */
        delete: operations["datasets_remove_source"];
        options?: never;
        head?: never;
        /**
         * Change Source
         * @description Change a source; other settings begin a sync.
         */
        patch: operations["datasets_change_source"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/sources/{source}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Sync
         * @description Stop a sync that is queued or running; documents stay as they are.
         */
        post: operations["datasets_cancel_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/sources/{source}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Source Items
         * @description List the items of a source, with what became of each and why some could not be had.
         */
        get: operations["datasets_list_source_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/sources/{source}/syncs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync Source
         * @description Sync a source now, unless it is being synced already.
         */
        post: operations["datasets_sync_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe
         * @description Count documents by status, chunks, bytes, and why documents failed.
         */
        get: operations["datasets_describe"];
        put?: never;
        post?: never;
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
    "/api/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write Draft
         * @description Have a model write a prompt, a JSON Schema or code, or improve what is there.
         */
        post: operations["drafts_write_draft"];
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
    "/api/v1/external-knowledge/retrieval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retrieve
         * @description Find passages for another platform, as Dify asks for external knowledge.
         */
        post: operations["datasets_retrieve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Feedback
         * @description List feedback, the latest first; `app` is an app's id or name.
         */
        get: operations["feedback_list_feedback"];
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
         * @description Upload a file, at most 1 GiB.
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
    "/api/v1/guardrail-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Kinds
         * @description List the kinds of guardrails, with the forms of their settings.
         */
        get: operations["guardrails_list_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/guardrails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Rules
         * @description Show the workspace's guardrails, in the order in which they look.
         */
        get: operations["guardrails_show_rules"];
        /**
         * Put Rules
         * @description Replace the workspace's guardrails; every worker goes by them within a second.
         */
        put: operations["guardrails_put_rules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/guardrails/trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try Rule
         * @description Try a text against a rule, whether it is in use or not.
         */
        post: operations["guardrails_try_rule"];
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
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Invitations
         * @description List the links that nobody has used yet, newest first.
         */
        get: operations["members_list_invitations"];
        put?: never;
        /**
         * Invite Member
         * @description Invite somebody. The answer has the token of the link, once: `/join#` and the token.
         *
         *     No mail is sent; hand the link on. An earlier link for the same address is good no more.
         */
        post: operations["members_invite_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{invitation_id}": {
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
         * Withdraw Invitation
         * @description Withdraw an invitation; its link is good no more.
         */
        delete: operations["members_withdraw_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/acceptances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept Invitation
         * @description Use a link: join with a name and a password, or set a forgotten password anew. Signs in.
         */
        post: operations["members_accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/openings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open Invitation
         * @description Tell whoever holds a link what it is for.
         */
        post: operations["members_open_invitation"];
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
        /**
         * Change Key
         * @description Rename a key, or hold it to other limits; they hold within seconds.
         */
        patch: operations["identity_change_key"];
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
        /**
         * Change Self
         * @description Change what one is called.
         */
        patch: operations["members_change_self"];
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change Password
         * @description Change one's password. All other sessions end.
         */
        put: operations["members_change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Members
         * @description List the people of the workspace, the longest there first.
         */
        get: operations["members_list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{member_id}": {
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
         * Delete Member
         * @description Remove a member; their sessions end. API keys they made stay: revoke those you distrust.
         */
        delete: operations["members_delete_member"];
        options?: never;
        head?: never;
        /**
         * Change Member
         * @description Give a member another role; it holds at once.
         */
        patch: operations["members_change_member"];
        trace?: never;
    };
    "/api/v1/members/{member_id}/password-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Offer Password
         * @description Make a link with which a member sets a password anew. Open `/join#` with its token.
         */
        post: operations["members_offer_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/model-routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Model Routes
         * @description Show which way calls of models take.
         */
        get: operations["models_show_model_routes"];
        /**
         * Set Model Routes
         * @description Set all routes anew; they hold within moments, for calls that begin then.
         */
        put: operations["models_set_model_routes"];
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
    "/api/v1/runs/{run_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Feedback
         * @description Show what is said of a run: by its end user, and by the team.
         */
        get: operations["feedback_show_feedback"];
        /**
         * Give Feedback
         * @description Say what somebody thinks of a run's answer, in place of what was said before.
         *
         *     With `end_user`, what that user thinks, who must be the run's; without, what the team does.
         */
        put: operations["feedback_give_feedback"];
        post?: never;
        /**
         * Forget Feedback
         * @description Take back what a side said of a run.
         */
        delete: operations["feedback_forget_feedback"];
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
    "/api/v1/sites/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show
         * @description Show what the page says and asks.
         */
        get: operations["sites_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{slug}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start Run
         * @description Run the app, and hear its answer as it grows.
         */
        post: operations["sites_start_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{slug}/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Run
         * @description Show a run of the visitor's own: for whoever lost the connection.
         */
        get: operations["sites_show_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{slug}/runs/{run_id}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Run
         * @description Stop a run of the visitor's own.
         */
        post: operations["sites_cancel_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{slug}/runs/{run_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Rate Run
         * @description Say what the visitor thinks of an answer of their own; nothing said takes it back.
         */
        put: operations["sites_rate_run"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{slug}/visitors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Visit
         * @description Become a visitor; the token says who comes back.
         */
        post: operations["sites_visit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/source-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Source Kinds
         * @description List the kinds of sources that can be added to datasets, with the forms of their settings.
         */
        get: operations["datasets_list_source_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Statistics
         * @description Read how runs went: by hour (at most 32 days) or by day (367), by app, and by problem.
         *
         *     Without `until` it is now, without `since` seven days before that.
         */
        get: operations["usage_read_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/token-counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count Tokens
         * @description Tell about how many tokens texts have for a model, whether they fit, and what they cost.
         */
        post: operations["drafts_count_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/toolkit-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Kinds
         * @description List the kinds of toolkits that can be set up, with the forms of their settings.
         */
        get: operations["tools_list_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/toolkit-sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End Sign In
         * @description Take what the browser came back with, and keep what was granted.
         */
        post: operations["tools_end_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/toolkits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Toolkits
         * @description List the toolkits of the workspace, oldest first.
         */
        get: operations["tools_list_toolkits"];
        put?: never;
        /**
         * Add Toolkit
         * @description Set up a toolkit. Its settings are sealed and never shown again; nothing is asked yet.
         */
        post: operations["tools_add_toolkit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/toolkits/{toolkit_id}": {
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
         * Delete Toolkit
         * @description Delete a toolkit; workflows that use its tools fail from now on.
         */
        delete: operations["tools_delete_toolkit"];
        options?: never;
        head?: never;
        /**
         * Change Toolkit
         * @description Change a toolkit's settings; what is left out stays, null removes a field.
         */
        patch: operations["tools_change_toolkit"];
        trace?: never;
    };
    "/api/v1/toolkits/{toolkit_id}/sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin Sign In
         * @description Tell where to sign in at the other side; the browser comes back to `redirect_uri`.
         */
        post: operations["tools_begin_sign_in"];
        /**
         * Forget Sign In
         * @description Forget what was granted; the other side still lists Skep until somebody removes it there.
         */
        delete: operations["tools_forget_sign_in"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/toolkits/{toolkit_id}/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Toolkit Tools
         * @description Ask a toolkit for its tools, now.
         */
        get: operations["tools_list_toolkit_tools"];
        put?: never;
        post?: never;
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
         *
         *     Days begin where a clock says so that is `utc_offset` minutes ahead of UTC.
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
    "/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Serve
         * @description Serve the workspace's published apps as tools, over MCP's streamable HTTP.
         */
        post: operations["mcp_serve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mcp/{app}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Serve App
         * @description Serve one published app, by id or name, as the only tool.
         */
        post: operations["mcp_serve_app"];
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
    "/openai/v1/audio/speech": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Speak
         * @description Speak a text; the answer is the sound.
         */
        post: operations["completions_speak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/audio/transcriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Transcribe
         * @description Write a recording down.
         */
        post: operations["completions_transcribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/audio/translations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Translate
         * @description Write a recording down in English.
         */
        post: operations["completions_translate"];
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
    "/openai/v1/images/generations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make Images
         * @description Make images from a description.
         */
        post: operations["completions_make_images"];
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
         * @description List the models that can be called, and the published apps, that the key may ask.
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
    "/openai/v1/moderations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Moderate
         * @description Say what is wrong with texts.
         */
        post: operations["completions_moderate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openai/v1/responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Respond
         * @description Respond to items: by a model (`provider/name`, `default`) or an app (`app/name`).
         */
        post: operations["completions_respond"];
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
        /** @description Who did something; `name` is what they were called then. */
        ActorView: {
            id: string;
            /** @enum {string} */
            kind: "member" | "key";
            name: string;
        };
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
        /** @description Something that was changed. `target` gives the ids and names of what it was done to. */
        AuditRecordView: {
            action: string;
            actor: components["schemas"]["ActorView"];
            address: string;
            /** Format: date-time */
            at: string;
            id: string;
            target: {
                [key: string]: string;
            };
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
        /** @description Changes a chunk; what is left out stays as it is. */
        ChunkChanges: {
            enabled?: boolean | null;
            keywords?: string[] | null;
            text?: string | null;
        };
        /** @description A way to split documents that a dataset can have as its `chunker`. */
        ChunkerView: {
            name: string;
            title: string;
        };
        /** @description Adds a chunk by hand. */
        ChunkRequest: {
            keywords?: string[];
            parent?: number | null;
            text: string;
        };
        /** @description Compares metadata fields; several names are asked alike. */
        ContractCondition: {
            comparison_operator: string;
            name: string[];
            value?: unknown;
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
        /** @description What each process may ask of a credential; what is left out has no limit. */
        CredentialLimitsView: {
            concurrent?: number | null;
            requests_per_minute?: number | null;
            tokens_per_minute?: number | null;
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
        /** @description Opens a dataset to the workspace, or restricts it to some. */
        DatasetAccessRequest: {
            /** @enum {string} */
            access: "workspace" | "restricted";
            readers?: string[];
        };
        /** @description Who may know of a dataset: the workspace, or the administrators and those named. */
        DatasetAccessView: {
            /** @enum {string} */
            access: "workspace" | "restricted";
            apps: components["schemas"]["SearchingAppView"][];
            readers: components["schemas"]["ReaderView"][];
        };
        /** @description Changes a dataset; what is left out stays as it is. */
        DatasetChanges: {
            description?: string | null;
            name?: string | null;
            tags?: string[] | null;
        };
        /** @description Creates a dataset. */
        DatasetRequest: {
            /**
             * @description How long chunks are, in characters, and what they may split at, the best separator first.
             *
             *         A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
             */
            chunk_spec?: {
                children?: {
                    /** @default 250 */
                    max_chars?: number;
                    /** @default 0 */
                    overlap_chars?: number;
                } | null;
                /** @default [] */
                clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                /** @default 1000 */
                max_chars?: number;
                max_tokens?: number | null;
                /** @default 100 */
                overlap_chars?: number;
                pictures?: {
                    /** @default  */
                    instruction?: string;
                    /** @default default */
                    model?: string;
                    /** @default 300 */
                    most?: number;
                } | null;
                questions?: {
                    /** @default 3 */
                    count?: number;
                    /** @default  */
                    instruction?: string;
                    /** @default default */
                    model?: string;
                } | null;
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
            external?: components["schemas"]["ExternalRequest"] | null;
            name: string;
            store?: string | null;
            tags?: string[];
        };
        /** @description What ``default`` means in a workflow, by kind of model; null leaves the choice to Skep. */
        DefaultModels: {
            chat?: string | null;
            embedding?: string | null;
            image?: string | null;
            moderation?: string | null;
            rerank?: string | null;
            speech?: string | null;
            transcription?: string | null;
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
        /** @description Changes a document; what is left out stays as it is. */
        DocumentChanges: {
            archived?: boolean | null;
            enabled?: boolean | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            name?: string | null;
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
        /** @description A knowledge base that is kept elsewhere and speaks Dify's contract. */
        ExternalRequest: {
            api_key?: string | null;
            endpoint: string;
            knowledge_id: string;
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
        /** @description Says what somebody thinks of an answer. */
        FeedbackRequest: {
            /** @default  */
            comment?: string;
            /** @default  */
            correction?: string;
            end_user?: string | null;
            rating?: ("good" | "bad") | null;
        };
        /** @description What one side thinks of a run. `query` and `answer` are as they were then. */
        FeedbackView: {
            answer: string;
            app_id: string;
            comment: string;
            conversation_id: string | null;
            correction: string;
            /** Format: date-time */
            created_at: string;
            given_by: string;
            id: string;
            query: string;
            /** @enum {string} */
            rater: "end_user" | "team";
            rating: ("good" | "bad") | null;
            run_id: string;
            /** Format: date-time */
            updated_at: string;
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
        /** @description A kind of guardrails that can be used. */
        GuardrailKindView: {
            description: string;
            name: string;
            settings_schema: {
                [key: string]: unknown;
            };
            title: string;
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
        /** @description Invites somebody. */
        InvitationRequest: {
            email: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "operator";
        };
        /** @description A link that nobody has used yet. `is_reset`: it sets a member's password anew. */
        InvitationView: {
            /** Format: date-time */
            created_at: string;
            email: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            invited_by: string;
            is_reset: boolean;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "operator" | "custom";
        };
        /** @description Uses a link. `name` is asked of new members only. */
        JoinRequest: {
            name?: string | null;
            password: string;
            token: string;
        };
        /** @description Renames a key or changes its limits; what is left out stays, null takes limits away. */
        KeyChange: {
            limits?: components["schemas"]["KeyLimitsView"] | null;
            name?: string | null;
        };
        /** @description What a key is held to; what is left out has no limit. */
        KeyLimitsView: {
            concurrent?: number | null;
            /** @default [] */
            models?: string[];
            requests_per_minute?: number | null;
            tokens_per_minute?: number | null;
        };
        /** @description Makes a key. */
        KeyRequest: {
            expires_at?: string | null;
            limits?: components["schemas"]["KeyLimitsView"] | null;
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
            limits?: components["schemas"]["KeyLimitsView"] | null;
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
            kind: "key" | "session" | "site";
            member?: components["schemas"]["MemberView"] | null;
            scopes: ("admin" | "apps:read" | "apps:write" | "runs:read" | "runs:write" | "datasets:read" | "datasets:write" | "models:call" | "keys" | "operator")[];
            tenant: components["schemas"]["TenantView"];
        };
        /** @description Gives a member another role. */
        MemberChanges: {
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "operator";
        };
        /** @description A member. */
        MemberView: {
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            name: string;
        };
        /** @description Joins conditions. */
        MetadataCondition: {
            conditions?: components["schemas"]["ContractCondition"][];
            /**
             * @default and
             * @enum {string}
             */
            logical_operator?: "and" | "or";
        };
        /** @description Asks for a draft. */
        ModelDraftRequest: {
            current?: string | null;
            /** @enum {string} */
            kind: "prompt" | "schema" | "code";
            /**
             * @default python
             * @enum {string}
             */
            language?: "python" | "javascript";
            /** @default default */
            model?: string;
            outputs?: {
                [key: string]: string;
            };
            variables?: string[];
            wish: string;
        };
        /** @description A draft, for somebody to look at. `cost_usd` is null where no price is known. */
        ModelDraftView: {
            cost_usd: number | null;
            input_tokens: number;
            model: string;
            output_tokens: number;
            text: string;
        };
        /** @description All routes of the workspace. */
        ModelRoutesView: {
            credentials?: {
                [key: string]: components["schemas"]["CredentialLimitsView"];
            };
            models?: {
                [key: string]: components["schemas"]["ModelRouteView"];
            };
        };
        /** @description How one model is called; what is left out is as the operator set it. */
        ModelRouteView: {
            /** @default [] */
            fallbacks?: string[];
            first_token_timeout_s?: number | null;
            hedge_after_s?: number | "p95" | null;
            idle_timeout_s?: number | null;
        };
        /**
         * @description A model; workflows write its `reference`. Prices: US dollars per million tokens.
         *
         *     `is_ready`: its provider needs no credential, or has one.
         */
        ModelView: {
            character_price: number | null;
            context_tokens: number | null;
            dimensions: number | null;
            image_price: number | null;
            input_price: number | null;
            is_ready: boolean;
            json_schema: boolean;
            kind: string;
            max_output_tokens: number | null;
            minute_price: number | null;
            name: string;
            output_price: number | null;
            provider: string;
            reference: string;
            search_price: number | null;
            title: string;
            tools: boolean;
            vision: boolean;
        };
        /** @description Moves a dataset; at least one of the two is given. */
        MoveRequest: {
            embedding_model?: string | null;
            store?: string | null;
        };
        /** @description An invitation that was just made; `token` is shown this once. */
        NewInvitationView: {
            /** Format: date-time */
            created_at: string;
            email: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            invited_by: string;
            is_reset: boolean;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "operator" | "custom";
            token: string;
        };
        /** @description A key that was just made; `key` is shown this once. */
        NewKeyView: {
            /** Format: date-time */
            created_at: string;
            expires_at?: string | null;
            id: string;
            key: string;
            last_used_at?: string | null;
            limits?: components["schemas"]["KeyLimitsView"] | null;
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
        /** @description Asks what a link is for. */
        OpenedInvitationRequest: {
            token: string;
        };
        /** @description What a link is for. `name`: of the member whose password it sets anew. */
        OpenedInvitationView: {
            email: string;
            invited_by: string;
            is_reset: boolean;
            name: string | null;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "operator" | "custom";
            tenant: string;
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
        /** @description Says what one thinks of an answer that was for oneself. */
        OwnFeedbackRequest: {
            /** @default  */
            comment?: string;
            rating?: ("good" | "bad") | null;
        };
        /** @description What a visitor said. */
        OwnFeedbackView: {
            comment: string;
            rating: ("good" | "bad") | null;
        };
        Page_AppView_: {
            items: components["schemas"]["AppView"][];
            next_cursor?: string | null;
        };
        Page_AuditRecordView_: {
            items: components["schemas"]["AuditRecordView"][];
            next_cursor?: string | null;
        };
        Page_ChunkerView_: {
            items: components["schemas"]["ChunkerView"][];
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
        Page_FeedbackView_: {
            items: components["schemas"]["FeedbackView"][];
            next_cursor?: string | null;
        };
        Page_GuardrailKindView_: {
            items: components["schemas"]["GuardrailKindView"][];
            next_cursor?: string | null;
        };
        Page_InvitationView_: {
            items: components["schemas"]["InvitationView"][];
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
        Page_PersonView_: {
            items: components["schemas"]["PersonView"][];
            next_cursor?: string | null;
        };
        Page_ProviderView_: {
            items: components["schemas"]["ProviderView"][];
            next_cursor?: string | null;
        };
        Page_SourceKindView_: {
            items: components["schemas"]["SourceKindView"][];
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
        Page_ToolkitKindView_: {
            items: components["schemas"]["ToolkitKindView"][];
            next_cursor?: string | null;
        };
        Page_ToolkitToolView_: {
            items: components["schemas"]["ToolkitToolView"][];
            next_cursor?: string | null;
        };
        Page_ToolkitView_: {
            items: components["schemas"]["ToolkitView"][];
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
        /** @description Changes one's password. */
        PasswordRequest: {
            current_password: string;
            password: string;
        };
        /** @description Pauses a run. All of it can be left out. */
        PauseRequest: {
            /** @default  */
            reason?: string;
        };
        /** @description A member, with their role. */
        PersonView: {
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "operator" | "custom";
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
        /** @description Splits an uploaded file without storing anything. */
        PreviewRequest: {
            chunk_spec?: {
                children?: {
                    /** @default 250 */
                    max_chars?: number;
                    /** @default 0 */
                    overlap_chars?: number;
                } | null;
                /** @default [] */
                clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                /** @default 1000 */
                max_chars?: number;
                max_tokens?: number | null;
                /** @default 100 */
                overlap_chars?: number;
                pictures?: {
                    /** @default  */
                    instruction?: string;
                    /** @default default */
                    model?: string;
                    /** @default 300 */
                    most?: number;
                } | null;
                questions?: {
                    /** @default 3 */
                    count?: number;
                    /** @default  */
                    instruction?: string;
                    /** @default default */
                    model?: string;
                } | null;
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
            } | null;
            chunker?: string | null;
            file_id: string;
            /** @default 20 */
            limit?: number;
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
        /** @description What the page shows. */
        PublicSiteView: {
            description: string;
            fields: {
                [key: string]: unknown;
            }[];
            is_ready: boolean;
            look: components["schemas"]["SiteLook"];
            /** @enum {string} */
            mode: "workflow" | "chat";
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
        /** @description A member or an API key that may know of a dataset. */
        ReaderView: {
            id: string;
            name: string;
        };
        /** @description Splits every document anew, as before where something is left out. */
        ReindexRequest: {
            chunk_spec?: {
                children?: {
                    /** @default 250 */
                    max_chars?: number;
                    /** @default 0 */
                    overlap_chars?: number;
                } | null;
                /** @default [] */
                clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                /** @default 1000 */
                max_chars?: number;
                max_tokens?: number | null;
                /** @default 100 */
                overlap_chars?: number;
                pictures?: {
                    /** @default  */
                    instruction?: string;
                    /** @default default */
                    model?: string;
                    /** @default 300 */
                    most?: number;
                } | null;
                questions?: {
                    /** @default 3 */
                    count?: number;
                    /** @default  */
                    instruction?: string;
                    /** @default default */
                    model?: string;
                } | null;
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
            } | null;
            chunker?: string | null;
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
        /** @description Passages, best first. */
        RetrievalAnswer: {
            records: components["schemas"]["RetrievalRecord"][];
        };
        /** @description A passage. */
        RetrievalRecord: {
            content: string;
            metadata: {
                [key: string]: unknown;
            };
            score: number;
            title: string;
        };
        /** @description What the contract sends. */
        RetrievalRequest: {
            knowledge_id: string;
            metadata_condition?: components["schemas"]["MetadataCondition"] | null;
            query: string;
            retrieval_setting?: components["schemas"]["RetrievalSetting"];
        };
        /** @description How much is wanted. */
        RetrievalSetting: {
            score_threshold?: number | null;
            /** @default 5 */
            top_k?: number;
        };
        /** @description A model writes the query in other words. */
        RewordingRequest: {
            /** @default 3 */
            count?: number;
            /** @default  */
            instruction?: string;
            /** @default default */
            model?: string;
        };
        /** @description All of a workspace, in the order in which they look. */
        RulesView: {
            rules: components["schemas"]["RuleView"][];
        };
        /** @description One guardrail in use. */
        RuleView: {
            /**
             * @default block
             * @enum {string}
             */
            action?: "block" | "mask" | "flag";
            apps?: string[];
            guardrail: string;
            id: string;
            /** @default true */
            is_on?: boolean;
            name: string;
            settings?: {
                [key: string]: unknown;
            };
            /**
             * @default [
             *       "input"
             *     ]
             */
            sides?: ("input" | "output")[];
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
        /** @description An app that names a dataset: whoever runs it is answered from there. */
        SearchingAppView: {
            id: string;
            is_published: boolean;
            name: string;
        };
        /**
         * @description What a search compares.
         * @enum {string}
         */
        SearchMode: "semantic" | "full_text" | "hybrid";
        /** @description Finds passages. */
        SearchRequest: {
            dataset_weights?: {
                [key: string]: number;
            };
            /** @default false */
            distinct?: boolean;
            /** @default 0 */
            expand?: number;
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
            /**
             * @default weights
             * @enum {string}
             */
            fusion?: "weights" | "ranks";
            /** @default hybrid */
            mode?: components["schemas"]["SearchMode"];
            more_datasets?: string[];
            other_queries?: string[];
            query: string;
            rerank_model?: string | null;
            rewording?: components["schemas"]["RewordingRequest"] | null;
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
        /** @description Changes what one is called. */
        SelfChanges: {
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
        /** @description What the other side sent the browser back with. */
        SignInEnd: {
            /** @default  */
            code?: string;
            /** @default  */
            error?: string;
            /** @default  */
            error_description?: string;
            /** @default  */
            iss?: string;
            state: string;
        };
        /** @description Where to go to sign in. */
        SignInView: {
            address: string;
        };
        /** @description How a page looks, and what it says. */
        SiteLook: {
            /** @default #b45309 */
            color?: string;
            /** @default  */
            description?: string;
            /** @default  */
            disclaimer?: string;
            /** @default  */
            greeting?: string;
            /**
             * @default auto
             * @enum {string}
             */
            language?: "auto" | "en" | "zh";
            suggestions?: string[];
            /**
             * @default auto
             * @enum {string}
             */
            theme?: "auto" | "light" | "dark";
            /** @default  */
            title?: string;
        };
        /** @description Opens, closes and changes an app's page. */
        SiteRequest: {
            is_open: boolean;
            look?: components["schemas"]["SiteLook"];
            /** @default false */
            renew_address?: boolean;
        };
        /** @description What a visitor sends. */
        SiteRunRequest: {
            conversation_id?: string | null;
            inputs?: {
                [key: string]: unknown;
            };
            query?: string | null;
        };
        /** @description A run as a visitor sees it. */
        SiteRunView: {
            answer: string | null;
            conversation_id: string | null;
            form_url?: string | null;
            id: string;
            outputs: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            status: "running" | "succeeded" | "failed" | "cancelled" | "waiting";
        };
        /** @description An app's page as its owner sees it. */
        SiteView: {
            address: string | null;
            embed_code: string | null;
            is_open: boolean;
            look: components["schemas"]["SiteLook"];
            updated_at: string | null;
        };
        /** @description Signs a member in. */
        skep_gateway__identity__views__SignInRequest: {
            email: string;
            password: string;
        };
        /** @description Begins to sign in at the other side. */
        skep_gateway__toolkits__views__SignInRequest: {
            redirect_uri: string;
        };
        /** @description Changes a source; what is left out stays as it is. Other settings begin a sync. */
        SourceChanges: {
            every_hours?: number | null;
            name?: string | null;
            settings?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A kind of sources that can be added to a dataset. */
        SourceKindView: {
            description: string;
            name: string;
            settings_schema: {
                [key: string]: unknown;
            };
            title: string;
        };
        /** @description Adds a source to a dataset; its first sync begins at once. */
        SourceRequest: {
            every_hours?: number | null;
            kind: string;
            name: string;
            settings: {
                [key: string]: unknown;
            };
        };
        /** @description An installed agent strategy. */
        StrategyView: {
            description: string;
            name: string;
            needs_tool_calls: boolean;
            title: string;
        };
        /** @description Syncs a source now. */
        SyncRequest: {
            /** @default false */
            allow_empty?: boolean;
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
        /** @description Asks how many tokens texts have. */
        TokenCountRequest: {
            /** @default default */
            model?: string;
            texts: string[];
        };
        /**
         * @description About how many tokens texts have: vendors count each in their own way.
         *
         *     `cost_usd` is what sending them costs, null where no price is known; `fits` is null where the
         *     context window is not known.
         */
        TokenCountView: {
            context_tokens: number | null;
            cost_usd: number | null;
            fits: boolean | null;
            is_estimate: boolean;
            model: string;
            tokens: number;
        };
        /** @description Changes a toolkit's settings; what is left out stays as it is, null removes a field. */
        ToolkitChanges: {
            settings: {
                [key: string]: unknown;
            };
        };
        /** @description A kind of toolkits that can be set up. */
        ToolkitKindView: {
            description: string;
            has_sign_in: boolean;
            name: string;
            settings_schema: {
                [key: string]: unknown;
            };
            title: string;
        };
        /** @description Sets up a toolkit. The names of its tools begin with its name and two underscores. */
        ToolkitRequest: {
            kind: string;
            name: string;
            settings: {
                [key: string]: unknown;
            };
        };
        /** @description A tool as the other side describes it. Agents and tool nodes write its `name`. */
        ToolkitToolView: {
            description: string;
            name: string;
            parameters: {
                [key: string]: unknown;
            };
            repeatable: boolean;
            title: string;
        };
        /** @description A toolkit, as it may be shown: of secrets a hint at most. */
        ToolkitView: {
            /** Format: date-time */
            created_at: string;
            hints: {
                [key: string]: string;
            };
            id: string;
            kind: string;
            name: string;
            /** @enum {string} */
            sign_in: "none" | "granted" | "ended";
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
        /** @description Tries a text against a rule, in use or not. */
        TrialRequest: {
            rule: components["schemas"]["RuleView"];
            text: string;
        };
        /** @description What the rule would make of it. */
        TrialView: {
            /** @enum {string} */
            action: "pass" | "block" | "mask" | "flag";
            kinds: string[];
            text: string;
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
        /** @description A visitor's token, to be sent as `X-Skep-Visitor`. */
        VisitorView: {
            visitor: string;
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
                                /**
                                 * @default note
                                 * @enum {unknown}
                                 */
                                kind?: "frame" | "note";
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
                                /**
                                 * @default note
                                 * @enum {unknown}
                                 */
                                kind?: "frame" | "note";
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
    sites_show_site: {
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
                    "application/json": components["schemas"]["SiteView"];
                };
            };
        };
    };
    sites_put_site: {
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
                "application/json": components["schemas"]["SiteRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteView"];
                };
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
    audit_list_records: {
        parameters: {
            query?: {
                action?: string | null;
                actor?: string | null;
                cursor?: string | null;
                limit?: number;
                since?: string | null;
                until?: string | null;
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
                    "application/json": components["schemas"]["Page_AuditRecordView_"];
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
    datasets_list_chunkers: {
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
                    "application/json": components["schemas"]["Page_ChunkerView_"];
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
    datasets_list_tags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tags that datasets have, the most used first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            datasets: number;
                            tag: string;
                        }[];
                    };
                };
            };
        };
    };
    datasets_list_datasets: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                search?: string | null;
                tag?: string | null;
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
                            /**
                             * @description How long chunks are, in characters, and what they may split at, the best separator first.
                             *
                             *         A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
                             */
                            chunk_spec: {
                                children?: {
                                    /** @default 250 */
                                    max_chars?: number;
                                    /** @default 0 */
                                    overlap_chars?: number;
                                } | null;
                                /** @default [] */
                                clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                                /** @default 1000 */
                                max_chars?: number;
                                max_tokens?: number | null;
                                /** @default 100 */
                                overlap_chars?: number;
                                pictures?: {
                                    /** @default  */
                                    instruction?: string;
                                    /** @default default */
                                    model?: string;
                                    /** @default 300 */
                                    most?: number;
                                } | null;
                                questions?: {
                                    /** @default 3 */
                                    count?: number;
                                    /** @default  */
                                    instruction?: string;
                                    /** @default default */
                                    model?: string;
                                } | null;
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
                            external?: {
                                endpoint: string;
                                knowledge_id: string;
                            } | null;
                            id: string;
                            move?: {
                                /** @default 0 */
                                chunks_done?: number;
                                embedding_model: string;
                                error?: string | null;
                                store: string;
                            } | null;
                            name: string;
                            /** @default false */
                            restricted?: boolean;
                            store: string;
                            /** @default [] */
                            tags?: string[];
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
                        /**
                         * @description How long chunks are, in characters, and what they may split at, the best separator first.
                         *
                         *         A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
                         */
                        chunk_spec: {
                            children?: {
                                /** @default 250 */
                                max_chars?: number;
                                /** @default 0 */
                                overlap_chars?: number;
                            } | null;
                            /** @default [] */
                            clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                            /** @default 1000 */
                            max_chars?: number;
                            max_tokens?: number | null;
                            /** @default 100 */
                            overlap_chars?: number;
                            pictures?: {
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                                /** @default 300 */
                                most?: number;
                            } | null;
                            questions?: {
                                /** @default 3 */
                                count?: number;
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                            } | null;
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
                        external?: {
                            endpoint: string;
                            knowledge_id: string;
                        } | null;
                        id: string;
                        move?: {
                            /** @default 0 */
                            chunks_done?: number;
                            embedding_model: string;
                            error?: string | null;
                            store: string;
                        } | null;
                        name: string;
                        /** @default false */
                        restricted?: boolean;
                        store: string;
                        /** @default [] */
                        tags?: string[];
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
                        /**
                         * @description How long chunks are, in characters, and what they may split at, the best separator first.
                         *
                         *         A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
                         */
                        chunk_spec: {
                            children?: {
                                /** @default 250 */
                                max_chars?: number;
                                /** @default 0 */
                                overlap_chars?: number;
                            } | null;
                            /** @default [] */
                            clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                            /** @default 1000 */
                            max_chars?: number;
                            max_tokens?: number | null;
                            /** @default 100 */
                            overlap_chars?: number;
                            pictures?: {
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                                /** @default 300 */
                                most?: number;
                            } | null;
                            questions?: {
                                /** @default 3 */
                                count?: number;
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                            } | null;
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
                        external?: {
                            endpoint: string;
                            knowledge_id: string;
                        } | null;
                        id: string;
                        move?: {
                            /** @default 0 */
                            chunks_done?: number;
                            embedding_model: string;
                            error?: string | null;
                            store: string;
                        } | null;
                        name: string;
                        /** @default false */
                        restricted?: boolean;
                        store: string;
                        /** @default [] */
                        tags?: string[];
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
    datasets_update: {
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
                "application/json": components["schemas"]["DatasetChanges"];
            };
        };
        responses: {
            /** @description The dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description How long chunks are, in characters, and what they may split at, the best separator first.
                         *
                         *         A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
                         */
                        chunk_spec: {
                            children?: {
                                /** @default 250 */
                                max_chars?: number;
                                /** @default 0 */
                                overlap_chars?: number;
                            } | null;
                            /** @default [] */
                            clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                            /** @default 1000 */
                            max_chars?: number;
                            max_tokens?: number | null;
                            /** @default 100 */
                            overlap_chars?: number;
                            pictures?: {
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                                /** @default 300 */
                                most?: number;
                            } | null;
                            questions?: {
                                /** @default 3 */
                                count?: number;
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                            } | null;
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
                        external?: {
                            endpoint: string;
                            knowledge_id: string;
                        } | null;
                        id: string;
                        move?: {
                            /** @default 0 */
                            chunks_done?: number;
                            embedding_model: string;
                            error?: string | null;
                            store: string;
                        } | null;
                        name: string;
                        /** @default false */
                        restricted?: boolean;
                        store: string;
                        /** @default [] */
                        tags?: string[];
                    };
                };
            };
        };
    };
    datasets_show_access: {
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetAccessView"];
                };
            };
        };
    };
    datasets_set_access: {
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
                "application/json": components["schemas"]["DatasetAccessRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetAccessView"];
                };
            };
        };
    };
    datasets_list_documents: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                search?: string | null;
                status?: ("queued" | "parsing" | "indexing" | "ready" | "failed" | "paused" | "cancelled" | "deleting") | null;
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
                            note?: string | null;
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
                        note?: string | null;
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
                        note?: string | null;
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
    datasets_update_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentChanges"];
            };
        };
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
                        note?: string | null;
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
    datasets_cancel_document: {
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
            /** @description The document, cancelled */
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
                        note?: string | null;
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
    datasets_list_chunks: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                parent?: number | null;
            };
            header?: never;
            path: {
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of chunks, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @default true */
                            enabled?: boolean;
                            end?: number | null;
                            /** @default [] */
                            heading_path?: string[];
                            id: string;
                            /** @default false */
                            is_edited?: boolean;
                            /** @default [] */
                            keywords?: string[];
                            /** @default {} */
                            metadata?: Record<string, unknown>;
                            page?: number | null;
                            parent?: number | null;
                            seq: number;
                            start?: number | null;
                            text: string;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    datasets_create_chunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChunkRequest"];
            };
        };
        responses: {
            /** @description The chunk */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @default true */
                        enabled?: boolean;
                        end?: number | null;
                        /** @default [] */
                        heading_path?: string[];
                        id: string;
                        /** @default false */
                        is_edited?: boolean;
                        /** @default [] */
                        keywords?: string[];
                        /** @default {} */
                        metadata?: Record<string, unknown>;
                        page?: number | null;
                        parent?: number | null;
                        seq: number;
                        start?: number | null;
                        text: string;
                    };
                };
            };
        };
    };
    datasets_delete_chunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chunk_id: string;
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
    datasets_update_chunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chunk_id: string;
                dataset: string;
                document_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChunkChanges"];
            };
        };
        responses: {
            /** @description The chunk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @default true */
                        enabled?: boolean;
                        end?: number | null;
                        /** @default [] */
                        heading_path?: string[];
                        id: string;
                        /** @default false */
                        is_edited?: boolean;
                        /** @default [] */
                        keywords?: string[];
                        /** @default {} */
                        metadata?: Record<string, unknown>;
                        page?: number | null;
                        parent?: number | null;
                        seq: number;
                        start?: number | null;
                        text: string;
                    };
                };
            };
        };
    };
    datasets_document_content: {
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
    datasets_pause_document: {
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
            /** @description The document, paused */
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
                        note?: string | null;
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
    datasets_resume_document: {
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
                        note?: string | null;
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
                        note?: string | null;
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
    datasets_list_fields: {
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
            /** @description Fields that filters can ask */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fields: {
                            /** @default 0 */
                            documents?: number;
                            /** @default [] */
                            examples?: (string | number | boolean)[];
                            name: string;
                            /**
                             * @default any
                             * @enum {unknown}
                             */
                            type?: "any" | "array" | "boolean" | "number" | "string";
                        }[];
                    };
                };
            };
        };
    };
    datasets_begin_move: {
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
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description The dataset; `move` says how far it is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description How long chunks are, in characters, and what they may split at, the best separator first.
                         *
                         *         A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
                         */
                        chunk_spec: {
                            children?: {
                                /** @default 250 */
                                max_chars?: number;
                                /** @default 0 */
                                overlap_chars?: number;
                            } | null;
                            /** @default [] */
                            clean?: ("collapse_whitespace" | "remove_emails" | "remove_page_furniture" | "remove_urls")[];
                            /** @default 1000 */
                            max_chars?: number;
                            max_tokens?: number | null;
                            /** @default 100 */
                            overlap_chars?: number;
                            pictures?: {
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                                /** @default 300 */
                                most?: number;
                            } | null;
                            questions?: {
                                /** @default 3 */
                                count?: number;
                                /** @default  */
                                instruction?: string;
                                /** @default default */
                                model?: string;
                            } | null;
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
                        external?: {
                            endpoint: string;
                            knowledge_id: string;
                        } | null;
                        id: string;
                        move?: {
                            /** @default 0 */
                            chunks_done?: number;
                            embedding_model: string;
                            error?: string | null;
                            store: string;
                        } | null;
                        name: string;
                        /** @default false */
                        restricted?: boolean;
                        store: string;
                        /** @default [] */
                        tags?: string[];
                    };
                };
            };
        };
    };
    datasets_cancel_move: {
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
    datasets_preview: {
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
                "application/json": components["schemas"]["PreviewRequest"];
            };
        };
        responses: {
            /** @description The first chunks, and the cost */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        characters: number;
                        chunks: {
                            /** @default true */
                            enabled?: boolean;
                            end?: number | null;
                            /** @default [] */
                            heading_path?: string[];
                            id: string;
                            /** @default false */
                            is_edited?: boolean;
                            /** @default [] */
                            keywords?: string[];
                            /** @default {} */
                            metadata?: Record<string, unknown>;
                            page?: number | null;
                            parent?: number | null;
                            seq: number;
                            start?: number | null;
                            text: string;
                        }[];
                        cost_usd: number | null;
                        embedding_model: string;
                        /** @default 0 */
                        model_calls?: number;
                        note?: string | null;
                        parents?: number | null;
                        tokens: number;
                        total: number;
                    };
                };
            };
        };
    };
    datasets_reindex: {
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
                "application/json": components["schemas"]["ReindexRequest"];
            };
        };
        responses: {
            /** @description How many documents were queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: number;
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
                            first_seq?: number | null;
                            /** @default [] */
                            heading_path?: string[];
                            id: string;
                            last_seq?: number | null;
                            match?: string | null;
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
                        /** @default [] */
                        notes?: string[];
                        /** @default [] */
                        wordings?: string[];
                    };
                };
            };
        };
    };
    datasets_list_sources: {
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
            /** @description All sources */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** Format: date-time */
                            created_at: string;
                            dataset_id: string;
                            documents: number;
                            every_hours: number | null;
                            id: string;
                            kind: string;
                            name: string;
                            next_at?: string | null;
                            secrets: string[];
                            settings: Record<string, unknown>;
                            sync?: {
                                /** @description What a sync did, in items. */
                                counts: {
                                    /** @default 0 */
                                    added?: number;
                                    /** @default 0 */
                                    changed?: number;
                                    /** @default 0 */
                                    failed?: number;
                                    /** @default 0 */
                                    removed?: number;
                                    /** @default 0 */
                                    unchanged?: number;
                                };
                                ended_at?: string | null;
                                error?: string | null;
                                error_code?: string | null;
                                note?: string | null;
                                number: number;
                                /** Format: date-time */
                                ordered_at: string;
                                /**
                                 * @description Where a sync is. A queued one has an order on the bus, a running one a live worker.
                                 * @enum {unknown}
                                 */
                                status: "cancelled" | "failed" | "queued" | "running" | "succeeded" | "unknown";
                            } | null;
                        }[];
                    };
                };
            };
        };
    };
    datasets_add_source: {
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
                "application/json": components["schemas"]["SourceRequest"];
            };
        };
        responses: {
            /** @description The source; its first sync is queued */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        documents: number;
                        every_hours: number | null;
                        id: string;
                        kind: string;
                        name: string;
                        next_at?: string | null;
                        secrets: string[];
                        settings: Record<string, unknown>;
                        sync?: {
                            /** @description What a sync did, in items. */
                            counts: {
                                /** @default 0 */
                                added?: number;
                                /** @default 0 */
                                changed?: number;
                                /** @default 0 */
                                failed?: number;
                                /** @default 0 */
                                removed?: number;
                                /** @default 0 */
                                unchanged?: number;
                            };
                            ended_at?: string | null;
                            error?: string | null;
                            error_code?: string | null;
                            note?: string | null;
                            number: number;
                            /** Format: date-time */
                            ordered_at: string;
                            /**
                             * @description Where a sync is. A queued one has an order on the bus, a running one a live worker.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "queued" | "running" | "succeeded" | "unknown";
                        } | null;
                    };
                };
            };
        };
    };
    datasets_show_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        documents: number;
                        every_hours: number | null;
                        id: string;
                        kind: string;
                        name: string;
                        next_at?: string | null;
                        secrets: string[];
                        settings: Record<string, unknown>;
                        sync?: {
                            /** @description What a sync did, in items. */
                            counts: {
                                /** @default 0 */
                                added?: number;
                                /** @default 0 */
                                changed?: number;
                                /** @default 0 */
                                failed?: number;
                                /** @default 0 */
                                removed?: number;
                                /** @default 0 */
                                unchanged?: number;
                            };
                            ended_at?: string | null;
                            error?: string | null;
                            error_code?: string | null;
                            note?: string | null;
                            number: number;
                            /** Format: date-time */
                            ordered_at: string;
                            /**
                             * @description Where a sync is. A queued one has an order on the bus, a running one a live worker.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "queued" | "running" | "succeeded" | "unknown";
                        } | null;
                    };
                };
            };
        };
    };
    datasets_remove_source: {
        parameters: {
            query?: {
                documents?: "keep" | "remove";
            };
            header?: never;
            path: {
                dataset: string;
                source: string;
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
    datasets_change_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceChanges"];
            };
        };
        responses: {
            /** @description The source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        documents: number;
                        every_hours: number | null;
                        id: string;
                        kind: string;
                        name: string;
                        next_at?: string | null;
                        secrets: string[];
                        settings: Record<string, unknown>;
                        sync?: {
                            /** @description What a sync did, in items. */
                            counts: {
                                /** @default 0 */
                                added?: number;
                                /** @default 0 */
                                changed?: number;
                                /** @default 0 */
                                failed?: number;
                                /** @default 0 */
                                removed?: number;
                                /** @default 0 */
                                unchanged?: number;
                            };
                            ended_at?: string | null;
                            error?: string | null;
                            error_code?: string | null;
                            note?: string | null;
                            number: number;
                            /** Format: date-time */
                            ordered_at: string;
                            /**
                             * @description Where a sync is. A queued one has an order on the bus, a running one a live worker.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "queued" | "running" | "succeeded" | "unknown";
                        } | null;
                    };
                };
            };
        };
    };
    datasets_cancel_sync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        documents: number;
                        every_hours: number | null;
                        id: string;
                        kind: string;
                        name: string;
                        next_at?: string | null;
                        secrets: string[];
                        settings: Record<string, unknown>;
                        sync?: {
                            /** @description What a sync did, in items. */
                            counts: {
                                /** @default 0 */
                                added?: number;
                                /** @default 0 */
                                changed?: number;
                                /** @default 0 */
                                failed?: number;
                                /** @default 0 */
                                removed?: number;
                                /** @default 0 */
                                unchanged?: number;
                            };
                            ended_at?: string | null;
                            error?: string | null;
                            error_code?: string | null;
                            note?: string | null;
                            number: number;
                            /** Format: date-time */
                            ordered_at: string;
                            /**
                             * @description Where a sync is. A queued one has an order on the bus, a running one a live worker.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "queued" | "running" | "succeeded" | "unknown";
                        } | null;
                    };
                };
            };
        };
    };
    datasets_list_source_items: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                outcome?: ("added" | "changed" | "unchanged" | "failed") | null;
            };
            header?: never;
            path: {
                dataset: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of items */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            document_id?: string | null;
                            error?: string | null;
                            error_code?: string | null;
                            id: string;
                            name: string;
                            /** @enum {unknown} */
                            outcome: "added" | "changed" | "failed" | "unchanged";
                            sync: number;
                        }[];
                        next_cursor?: string | null;
                    };
                };
            };
        };
    };
    datasets_sync_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncRequest"];
            };
        };
        responses: {
            /** @description The source; ask for it to see how it goes */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        dataset_id: string;
                        documents: number;
                        every_hours: number | null;
                        id: string;
                        kind: string;
                        name: string;
                        next_at?: string | null;
                        secrets: string[];
                        settings: Record<string, unknown>;
                        sync?: {
                            /** @description What a sync did, in items. */
                            counts: {
                                /** @default 0 */
                                added?: number;
                                /** @default 0 */
                                changed?: number;
                                /** @default 0 */
                                failed?: number;
                                /** @default 0 */
                                removed?: number;
                                /** @default 0 */
                                unchanged?: number;
                            };
                            ended_at?: string | null;
                            error?: string | null;
                            error_code?: string | null;
                            note?: string | null;
                            number: number;
                            /** Format: date-time */
                            ordered_at: string;
                            /**
                             * @description Where a sync is. A queued one has an order on the bus, a running one a live worker.
                             * @enum {unknown}
                             */
                            status: "cancelled" | "failed" | "queued" | "running" | "succeeded" | "unknown";
                        } | null;
                    };
                };
            };
        };
    };
    datasets_describe: {
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
            /** @description What the dataset holds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        by_status: {
                            [key: string]: number;
                        };
                        chunks: number;
                        disabled: number;
                        /** @default [] */
                        failures?: {
                            code: string;
                            documents: number;
                            example: string;
                        }[];
                        size_bytes: number;
                        stored_chunks: number;
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
    drafts_write_draft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelDraftRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelDraftView"];
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
    datasets_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetrievalRequest"];
            };
        };
        responses: {
            /** @description Passages, best first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetrievalAnswer"];
                };
            };
        };
    };
    feedback_list_feedback: {
        parameters: {
            query?: {
                app?: string | null;
                conversation?: string | null;
                cursor?: string | null;
                has_correction?: boolean | null;
                limit?: number;
                rater?: ("end_user" | "team") | null;
                rating?: ("good" | "bad") | null;
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
                    "application/json": components["schemas"]["Page_FeedbackView_"];
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
    guardrails_list_kinds: {
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
                    "application/json": components["schemas"]["Page_GuardrailKindView_"];
                };
            };
        };
    };
    guardrails_show_rules: {
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
                    "application/json": components["schemas"]["RulesView"];
                };
            };
        };
    };
    guardrails_put_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RulesView"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesView"];
                };
            };
        };
    };
    guardrails_try_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrialRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialView"];
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
    members_list_invitations: {
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
                    "application/json": components["schemas"]["Page_InvitationView_"];
                };
            };
        };
    };
    members_invite_member: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewInvitationView"];
                };
            };
        };
    };
    members_withdraw_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: string;
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
    members_accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoinRequest"];
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
    members_open_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenedInvitationRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedInvitationView"];
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
    identity_change_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyView"];
                };
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
    members_change_self: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SelfChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
        };
    };
    members_change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
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
    members_list_members: {
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
                    "application/json": components["schemas"]["Page_PersonView_"];
                };
            };
        };
    };
    members_delete_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: string;
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
    members_change_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
        };
    };
    members_offer_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewInvitationView"];
                };
            };
        };
    };
    models_show_model_routes: {
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
                    "application/json": components["schemas"]["ModelRoutesView"];
                };
            };
        };
    };
    models_set_model_routes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelRoutesView"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelRoutesView"];
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
    feedback_show_feedback: {
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
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FeedbackView_"];
                };
            };
        };
    };
    feedback_give_feedback: {
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
                "application/json": components["schemas"]["FeedbackRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackView"];
                };
            };
        };
    };
    feedback_forget_feedback: {
        parameters: {
            query?: {
                rater?: "end_user" | "team";
            };
            header?: never;
            path: {
                run_id: string;
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
                "application/json": components["schemas"]["skep_gateway__identity__views__SignInRequest"];
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
    sites_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
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
                    "application/json": components["schemas"]["PublicSiteView"];
                };
            };
        };
    };
    sites_start_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteRunRequest"];
            };
        };
        responses: {
            /** @description Events: run, text, reset, end */
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
    sites_show_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
                slug: string;
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
                    "application/json": components["schemas"]["SiteRunView"];
                };
            };
        };
    };
    sites_cancel_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
                slug: string;
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
                    "application/json": components["schemas"]["SiteRunView"];
                };
            };
        };
    };
    sites_rate_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnFeedbackRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnFeedbackView"];
                };
            };
        };
    };
    sites_visit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorView"];
                };
            };
        };
    };
    datasets_list_source_kinds: {
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
                    "application/json": components["schemas"]["Page_SourceKindView_"];
                };
            };
        };
    };
    usage_read_statistics: {
        parameters: {
            query?: {
                app?: string | null;
                bucket?: "hour" | "day";
                since?: string | null;
                until?: string | null;
                utc_offset?: number;
                with_drafts?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sums over the runs that began in the span */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        apps: {
                            active: number;
                            app_id: string;
                            cancelled: number;
                            cost_usd: number | null;
                            end_users: number;
                            failed: number;
                            input_tokens: number;
                            output_tokens: number;
                            p50_s: number | null;
                            p95_s: number | null;
                            paused: number;
                            runs: number;
                            succeeded: number;
                        }[];
                        buckets: {
                            active: number;
                            /** Format: date-time */
                            at: string;
                            cancelled: number;
                            cost_usd: number | null;
                            end_users: number;
                            failed: number;
                            input_tokens: number;
                            output_tokens: number;
                            p50_s: number | null;
                            p95_s: number | null;
                            paused: number;
                            runs: number;
                            succeeded: number;
                        }[];
                        counted_since?: string | null;
                        problems: {
                            code: string;
                            last_run_id: string;
                            runs: number;
                        }[];
                        /** @description Sums over runs that began in one span of time, or of one app. */
                        total: {
                            active: number;
                            cancelled: number;
                            cost_usd: number | null;
                            end_users: number;
                            failed: number;
                            input_tokens: number;
                            output_tokens: number;
                            p50_s: number | null;
                            p95_s: number | null;
                            paused: number;
                            runs: number;
                            succeeded: number;
                        };
                    };
                };
            };
        };
    };
    drafts_count_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenCountRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenCountView"];
                };
            };
        };
    };
    tools_list_kinds: {
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
                    "application/json": components["schemas"]["Page_ToolkitKindView_"];
                };
            };
        };
    };
    tools_end_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInEnd"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolkitView"];
                };
            };
        };
    };
    tools_list_toolkits: {
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
                    "application/json": components["schemas"]["Page_ToolkitView_"];
                };
            };
        };
    };
    tools_add_toolkit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolkitRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolkitView"];
                };
            };
        };
    };
    tools_delete_toolkit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                toolkit_id: string;
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
    tools_change_toolkit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                toolkit_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolkitChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolkitView"];
                };
            };
        };
    };
    tools_begin_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                toolkit_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["skep_gateway__toolkits__views__SignInRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInView"];
                };
            };
        };
    };
    tools_forget_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                toolkit_id: string;
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
    tools_list_toolkit_tools: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                toolkit_id: string;
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
                    "application/json": components["schemas"]["Page_ToolkitToolView_"];
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
                bucket?: "hour" | "day";
                since?: string | null;
                until?: string | null;
                utc_offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sums by hour or day, app and model, in order of time */
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
                            /** @default 0 */
                            unpriced_calls?: number;
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
                                /**
                                 * @default note
                                 * @enum {unknown}
                                 */
                                kind?: "frame" | "note";
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
    mcp_serve: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, unknown>;
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
    mcp_serve_app: {
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
                "application/json": Record<string, unknown>;
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
    completions_speak: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    input: string;
                    instructions?: string | null;
                    /** @default default */
                    model?: string;
                    /**
                     * @default mp3
                     * @enum {unknown}
                     */
                    response_format?: "aac" | "flac" | "mp3" | "opus" | "pcm" | "wav";
                    speed?: number | null;
                    /**
                     * @default audio
                     * @enum {unknown}
                     */
                    stream_format?: "audio";
                    user?: string | null;
                    voice: string | {
                        id: string;
                    };
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
    completions_transcribe: {
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
                    /** @description ISO 639-1 */
                    language?: string;
                    /** @default default */
                    model?: string;
                    prompt?: string;
                    /**
                     * @default json
                     * @enum {string}
                     */
                    response_format?: "json" | "text" | "srt" | "verbose_json" | "vtt";
                    temperature?: number;
                    "timestamp_granularities[]"?: ("word" | "segment")[];
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
    completions_translate: {
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
                    /** @description ISO 639-1 */
                    language?: string;
                    /** @default default */
                    model?: string;
                    prompt?: string;
                    /**
                     * @default json
                     * @enum {string}
                     */
                    response_format?: "json" | "text" | "srt" | "verbose_json" | "vtt";
                    temperature?: number;
                    "timestamp_granularities[]"?: ("word" | "segment")[];
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
                    skep_cache?: boolean | {
                        /**
                         * @default use
                         * @enum {unknown}
                         */
                        mode?: "refresh" | "use";
                        similar?: {
                            /** @default default */
                            embedding_model?: string;
                            /** @default 0.95 */
                            least?: number;
                        } | null;
                        /** @default 3600 */
                        ttl_s?: number;
                    } | null;
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
    completions_make_images: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default default */
                    model?: string;
                    n?: number | null;
                    prompt: string;
                    quality?: string | null;
                    response_format?: ("b64_json" | "url") | null;
                    size?: string | null;
                    stream?: false | null;
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
    completions_moderate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    input: string | (string | {
                        /** @default  */
                        text?: string;
                        /** @enum {unknown} */
                        type: "image_url" | "text";
                    })[];
                    /** @default default */
                    model?: string;
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
    completions_respond: {
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
                    input: string | {
                        arguments?: string | null;
                        call_id?: string | null;
                        content?: string | {
                            detail?: ("auto" | "high" | "low") | null;
                            image_url?: string | null;
                            refusal?: string | null;
                            text?: string | null;
                            type: string;
                        }[] | null;
                        name?: string | null;
                        output?: string | {
                            detail?: ("auto" | "high" | "low") | null;
                            image_url?: string | null;
                            refusal?: string | null;
                            text?: string | null;
                            type: string;
                        }[] | null;
                        role?: ("assistant" | "developer" | "system" | "user") | null;
                        /** @default message */
                        type?: string;
                    }[];
                    inputs?: Record<string, unknown> | null;
                    instructions?: string | null;
                    max_output_tokens?: number | null;
                    metadata?: {
                        [key: string]: string;
                    } | null;
                    model: string;
                    parallel_tool_calls?: boolean | null;
                    reasoning?: {
                        effort?: string | null;
                    } | null;
                    safety_identifier?: string | null;
                    service_tier?: string | null;
                    store?: boolean | null;
                    stream?: boolean | null;
                    temperature?: number | null;
                    text?: {
                        format?: {
                            description?: string | null;
                            /** @default answer */
                            name?: string;
                            schema?: Record<string, unknown> | null;
                            strict?: boolean | null;
                            /** @enum {unknown} */
                            type: "json_object" | "json_schema" | "text";
                        } | null;
                        verbosity?: string | null;
                    } | null;
                    tool_choice?: string | Record<string, unknown> | null;
                    tools?: {
                        description?: string | null;
                        /** @default  */
                        name?: string;
                        parameters?: Record<string, unknown> | null;
                        strict?: boolean | null;
                        type: string;
                    }[] | null;
                    top_p?: number | null;
                    truncation?: "disabled" | null;
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

import { followRun, isGoing, type RunState } from "../api/follow-run";
import type { SiteClient } from "../api/site-client";
import { KeptConversations, newConversation, newTurn, type Conversation, type Turn } from "./conversations";

export interface ChatState {
  /** The newest first. */
  conversations: readonly Conversation[];
  /** Nothing while a new one has not been begun. */
  currentId: string | undefined;
}

const WRITE_EVERY_MS = 500;

/** The visitor's conversations: what is said in them, and the runs that answer. */
export class ChatStore {
  private state: ChatState;
  private readonly kept: KeptConversations;
  private readonly listeners = new Set<() => void>();
  private readonly running = new Map<string, AbortController>();
  private readonly unwritten = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly client: SiteClient,
    slug: string,
    private readonly pauseMs?: (attempt: number) => number,
  ) {
    this.kept = new KeptConversations(slug);
    this.state = { conversations: this.kept.all(), currentId: undefined };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): ChatState => this.state;

  /** Goes on with the conversation that was seen last, and hears of what other tabs do; returns how to stop. */
  begin(): () => void {
    const newest = this.state.conversations[0];
    if (newest && this.state.currentId === undefined) this.open(newest.id);
    const read = ({ key }: StorageEvent) => {
      if (key !== null && !key.startsWith(this.kept.prefix)) return;
      const own = this.state.conversations.filter(({ turns }) => turns.some(({ id }) => this.running.has(id)));
      const others = this.kept.all().filter(({ id }) => own.every((one) => one.id !== id));
      this.set({ conversations: sorted([...own, ...others]) });
    };
    window.addEventListener("storage", read);
    window.addEventListener("pagehide", this.flush);
    return () => {
      window.removeEventListener("storage", read);
      window.removeEventListener("pagehide", this.flush);
      this.flush();
      for (const controller of this.running.values()) controller.abort();
      this.running.clear();
    };
  }

  open(id: string): void {
    this.set({ currentId: id });
    const conversation = this.find(id);
    // Runs that went on while nobody looked: their ends are asked for.
    for (const turn of conversation?.turns ?? []) {
      const isUnended = isGoing(turn.progress) || turn.progress === "waiting";
      if (isUnended && turn.runId !== undefined && !this.running.has(turn.id)) void this.follow(id, turn, false);
    }
  }

  renew(): void {
    this.set({ currentId: undefined });
  }

  remove(id: string): void {
    for (const turn of this.find(id)?.turns ?? []) this.running.get(turn.id)?.abort();
    clearTimeout(this.unwritten.get(id));
    this.unwritten.delete(id);
    this.kept.remove(id);
    this.set({
      conversations: this.state.conversations.filter((one) => one.id !== id),
      ...(this.state.currentId === id ? { currentId: undefined } : {}),
    });
  }

  send(query: string, inputs: Record<string, unknown> = {}): void {
    const turn = newTurn(query, inputs);
    const before = this.state.currentId === undefined ? undefined : this.find(this.state.currentId);
    const conversation: Conversation = before
      ? { ...before, turns: [...before.turns, turn], updatedAt: Date.now() }
      : newConversation(turn);
    const others = this.state.conversations.filter(({ id }) => id !== conversation.id);
    this.set({ conversations: [conversation, ...others], currentId: conversation.id });
    this.write(conversation.id);
    void this.follow(conversation.id, turn, true);
  }

  /** Sends a message again: the same attempt when it never began, a new run when it did. */
  retry(turn: Turn): void {
    const conversationId = this.state.currentId;
    if (conversationId === undefined || this.running.has(turn.id)) return;
    const again = turn.runId === undefined ? { ...newTurn(turn.query, turn.inputs), id: turn.id } : newTurn(turn.query, turn.inputs);
    this.edit(conversationId, (one) => ({ ...one, turns: one.turns.map((each) => (each.id === turn.id ? again : each)) }));
    void this.follow(conversationId, again, true);
  }

  async stop(turn: Turn): Promise<void> {
    if (turn.runId === undefined) {
      this.running.get(turn.id)?.abort();
      const conversationId = this.state.currentId;
      if (conversationId !== undefined) this.change(conversationId, turn.id, { ...turn, progress: "cancelled" });
      return;
    }
    await this.client.cancel(turn.runId);
  }

  private async follow(conversationId: string, turn: Turn, isNew: boolean): Promise<void> {
    const controller = new AbortController();
    this.running.set(turn.id, controller);
    const { signal } = controller;
    const onChange = (state: RunState) => {
      if (!signal.aborted) this.change(conversationId, turn.id, state);
    };
    const { id, query, inputs, ...state } = turn;
    const more = this.pauseMs ? { pauseMs: this.pauseMs } : {};
    const order = (remoteId: string | undefined) => (isNew ? { order: { key: id, query, inputs, conversationId: remoteId } } : {});
    const remoteId = this.find(conversationId)?.remoteId;
    const ended = await followRun({ client: this.client, state, onChange, signal, ...order(remoteId), ...more });
    if (ended.refusal?.kind === "forgotten" && remoteId !== undefined && !signal.aborted) {
      // The gateway knows the visitor under another token now: it goes on as a new conversation.
      await followRun({ client: this.client, state, onChange, signal, ...order(undefined), ...more });
    }
    if (this.running.get(turn.id) === controller) this.running.delete(turn.id);
  }

  private change(conversationId: string, turnId: string, state: RunState): void {
    const before = this.find(conversationId)?.turns.find(({ id }) => id === turnId);
    if (!before) return;
    const { id, query, inputs } = before;
    this.edit(
      conversationId,
      (one) => ({
        ...one,
        ...(state.conversationId === undefined ? {} : { remoteId: state.conversationId }),
        turns: one.turns.map((turn) => (turn.id === turnId ? { ...state, id, query, inputs } : turn)),
      }),
      before.progress === state.progress,
    );
  }

  private edit(id: string, change: (conversation: Conversation) => Conversation, isLater = false): void {
    this.set({ conversations: this.state.conversations.map((one) => (one.id === id ? change(one) : one)) });
    if (!isLater) this.write(id);
    else if (!this.unwritten.has(id)) this.unwritten.set(id, setTimeout(() => this.write(id), WRITE_EVERY_MS));
  }

  private write(id: string): void {
    clearTimeout(this.unwritten.get(id));
    this.unwritten.delete(id);
    const conversation = this.find(id);
    if (conversation) this.kept.write(conversation);
  }

  private readonly flush = (): void => {
    for (const id of [...this.unwritten.keys()]) this.write(id);
  };

  private find(id: string): Conversation | undefined {
    return this.state.conversations.find((one) => one.id === id);
  }

  private set(change: Partial<ChatState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

function sorted(conversations: Conversation[]): Conversation[] {
  return conversations.sort((one, other) => other.updatedAt - one.updatedAt);
}

import { isGoing, type RunState } from "../api/follow-run";
import { forget, keep, kept, keysWith, newId } from "../api/storage";

/** A message and its answer. */
export interface Turn extends RunState {
  id: string;
  query: string;
  inputs: Record<string, unknown>;
}

export interface Conversation {
  id: string;
  /** What the gateway calls it; unknown until the first answer begins. */
  remoteId?: string;
  updatedAt: number;
  turns: Turn[];
}

const MOST = 50;

/** What a conversation is called: how it began. */
export function titleOf(conversation: Conversation): string {
  const first = conversation.turns[0]?.query.trim().replace(/\s+/g, " ") ?? "";
  return first.length > 60 ? `${first.slice(0, 60).trimEnd()}…` : first;
}

/** The conversations of one page, each under a key of its own so that two tabs do not overwrite each other's. */
export class KeptConversations {
  readonly prefix: string;

  constructor(slug: string) {
    this.prefix = `skep.site.${slug}.chat.`;
  }

  /** All of them, the newest first. */
  all(): Conversation[] {
    const found = keysWith(this.prefix).map((key) => this.read(key));
    return found.filter((one) => one !== undefined).sort((one, other) => other.updatedAt - one.updatedAt);
  }

  read(key: string): Conversation | undefined {
    try {
      const read = JSON.parse(kept(key) ?? "null") as Conversation | null;
      if (!read || !Array.isArray(read.turns) || read.turns.length === 0) return undefined;
      return { ...read, turns: read.turns.map(awake) };
    } catch {
      return undefined;
    }
  }

  /** Writes one; the oldest make room when there are too many, or no room. */
  write(conversation: Conversation): void {
    const key = this.prefix + conversation.id;
    const text = JSON.stringify(conversation);
    const others = this.all().filter(({ id }) => id !== conversation.id);
    for (const old of others.splice(MOST - 1)) this.remove(old.id);
    while (!keep(key, text)) {
      const oldest = others.pop();
      if (!oldest) return;
      this.remove(oldest.id);
    }
  }

  remove(id: string): void {
    forget(this.prefix + id);
  }
}

/** What was being sent when the page was closed has to be sent again. */
function awake(turn: Turn): Turn {
  if (!isGoing(turn.progress) || turn.runId !== undefined) return turn;
  return { ...turn, progress: "refused", refusal: { kind: "offline", text: "" } };
}

export function newTurn(query: string, inputs: Record<string, unknown>): Turn {
  return { id: newId(), query, inputs, progress: "sending", answer: "" };
}

export function newConversation(turn: Turn): Conversation {
  return { id: newId(), updatedAt: Date.now(), turns: [turn] };
}

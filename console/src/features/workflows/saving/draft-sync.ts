import { createStore } from "zustand/vanilla";
import { asProblem, type ApiProblem } from "@/api/problem";
import { normal, type Editor, type WorkflowDocument } from "@/canvas";
import { equal } from "@/canvas/model/json";
import { merge, type Conflict } from "@/canvas/operations/merge";
import { applyChanges, type Change } from "@/canvas/operations/changes";
import { tidy } from "@/canvas/operations/tidy";

/** A draft as the server holds it. */
export interface Saved {
  document: WorkflowDocument;
  etag: string;
}

/** Where drafts are kept. `write` fails with status 412 when somebody has written meanwhile. */
export interface DraftServer {
  read: () => Promise<Saved>;
  write: (document: WorkflowDocument, etag: string) => Promise<string>;
  /** The tag of what is there now. */
  tag: () => Promise<string>;
}

export interface SaveState {
  state: "saved" | "unsaved" | "saving" | "offline" | "refused";
  /** Why it is not saved. */
  problem: ApiProblem | null;
  savedAt: number | null;
  conflicts: readonly Conflict[];
  /** Grows when changes of others came in. */
  adopted: number;
}

export interface Keeper {
  /** Keeps edits that are not saved yet on this machine. */
  keep: (unsaved: { base: WorkflowDocument; document: WorkflowDocument }) => void;
  forget: () => void;
}

const PAUSE_MS = 700;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

/**
 * Saves a draft while it is worked on. When somebody else has saved meanwhile, own changes are brought
 * over to theirs; what both have changed is kept apart as a conflict, until a person decides.
 */
export class DraftSync {
  readonly state = createStore<SaveState>(() => ({ state: "saved", problem: null, savedAt: null, conflicts: [], adopted: 0 }));
  private base: WorkflowDocument;
  private etag: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private work: Promise<void> | null = null;
  private failures = 0;
  private readonly stop: () => void;

  constructor(
    private readonly server: DraftServer,
    private readonly editor: Editor,
    saved: Saved,
    private readonly keeper?: Keeper,
    private readonly onSaved: (etag: string) => void = () => undefined,
  ) {
    this.base = saved.document;
    this.etag = saved.etag;
    this.stop = editor.subscribe((next, before) => {
      if (next.document !== before.document && this.isDirty) this.changed();
    });
  }

  get isDirty(): boolean {
    return this.editor.getState().document !== this.base;
  }

  get tag(): string {
    return this.etag;
  }

  /** Ends; what is not saved stays kept on this machine. */
  dispose(): void {
    this.stop();
    clearTimeout(this.timer);
  }

  private changed(): void {
    const { state } = this.state.getState();
    if (state !== "saving" && state !== "offline") this.state.setState({ state: "unsaved" });
    this.keeper?.keep({ base: this.base, document: this.editor.getState().document });
    this.schedule(state === "offline" ? (RETRY_MS[0] ?? PAUSE_MS) : PAUSE_MS);
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), pause);
  }

  /** Saves at once what is not saved. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.work ??= this.save().finally(() => {
      this.work = null;
    });
    return this.work;
  }

  private async save(): Promise<void> {
    for (let tries = 0; this.isDirty && tries < 20; tries++) {
      const { document } = this.editor.getState();
      this.state.setState({ state: "saving" });
      try {
        this.etag = await this.server.write(document, this.etag);
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status === 412 && (await this.adoptSafely())) continue;
        this.failed(problem);
        return;
      }
      this.settle(document);
    }
    if (!this.isDirty) this.state.setState({ state: "saved", problem: null });
  }

  private settle(document: WorkflowDocument): void {
    this.failures = 0;
    const isCurrent = this.editor.getState().document === document;
    this.base = isCurrent ? document : normal(document);
    this.state.setState({ savedAt: Date.now(), problem: null });
    if (isCurrent) this.keeper?.forget();
    this.onSaved(this.etag);
  }

  private failed(problem: ApiProblem): void {
    const canHelp = problem.isUnreachable || problem.status >= 500 || problem.status === 429 || problem.status === 412;
    this.state.setState({ state: canHelp ? "offline" : "refused", problem });
    if (!canHelp) return;
    this.schedule(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? PAUSE_MS);
    this.failures += 1;
  }

  /** Looks whether somebody else has saved, and takes it over. A save that is under way finds out by itself. */
  async pull(): Promise<void> {
    if (this.isSaving()) return;
    try {
      if ((await this.server.tag()) === this.etag || this.isSaving()) return;
      await this.adopt();
    } catch {
      // The next look, or the next save, tells.
    }
    if (this.isDirty) await this.flush();
  }

  private isSaving(): boolean {
    return this.work !== null;
  }

  private async adoptSafely(): Promise<boolean> {
    try {
      await this.adopt();
      return true;
    } catch {
      return false;
    }
  }

  private async adopt(): Promise<void> {
    const theirs = await this.server.read();
    this.join(theirs, this.base);
  }

  /** Brings unsaved edits of an earlier visit back. */
  recover(kept: { base: WorkflowDocument; document: WorkflowDocument }): void {
    const mine = this.editor.getState().document;
    const merged = merge({ base: kept.base, mine: kept.document, theirs: mine }, this.rawFields);
    this.editor.edit(() => merged.document);
    this.addConflicts(merged.conflicts);
  }

  private join(theirs: Saved, base: WorkflowDocument): void {
    const mine = this.editor.getState().document;
    this.etag = theirs.etag;
    if (mine === this.base) {
      this.base = theirs.document;
      if (!equal(normal(mine), theirs.document)) this.take(theirs.document);
      else this.editor.rebase(theirs.document);
      return;
    }
    const merged = merge({ base: normal(base), mine: normal(mine), theirs: theirs.document }, this.rawFields);
    this.base = theirs.document;
    this.addConflicts(merged.conflicts);
    this.take(equal(merged.document, theirs.document) ? theirs.document : merged.document, merged.renamed);
  }

  private take(document: WorkflowDocument, renamed?: ReadonlyMap<string, string>): void {
    this.editor.rebase(document, renamed);
    this.state.setState((state) => ({ adopted: state.adopted + 1 }));
  }

  private addConflicts(found: readonly Conflict[]): void {
    if (found.length === 0) return;
    this.state.setState((state) => ({
      conflicts: [...state.conflicts.filter((old) => !found.some((next) => equal(next.path, old.path))), ...found],
    }));
  }

  private readonly rawFields = (document: WorkflowDocument, id: string): readonly string[] => {
    const node = document.nodes[id];
    return (node && this.editor.getState().catalog.of(node)?.raw_fields) ?? [];
  };

  /** Ends a conflict: theirs stays, or mine takes its place. */
  resolve(conflict: Conflict, choice: "mine" | "theirs"): void {
    this.state.setState((state) => ({ conflicts: state.conflicts.filter((other) => other !== conflict) }));
    if (choice === "theirs") return;
    const change: Change = { path: conflict.path, before: conflict.theirs, after: conflict.mine };
    this.editor.edit((document) => tidy(applyChanges(document, [change]).document).document);
  }
}

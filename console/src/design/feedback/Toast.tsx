import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast as Primitive } from "radix-ui";
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import { IconButton } from "@/design/button/IconButton";
import { useProblemText } from "@/design/feedback/problem-text";
import { useI18n } from "@/i18n";
import styles from "./Toast.module.css";

interface ToastAction {
  label: string;
  onSelect: () => void;
}

interface Shown {
  id: number;
  title?: string;
  error?: unknown;
  action?: ToastAction;
}

interface Toasts {
  /** Says that something was done. */
  say: (title: string, action?: ToastAction) => void;
  /** Says that something failed whose place on the page is gone. */
  fail: (error: unknown) => void;
}

const Context = createContext<Toasts | null>(null);
let count = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const [shown, setShown] = useState<Shown[]>([]);
  const add = useCallback((toast: Omit<Shown, "id">) => {
    count += 1;
    const id = count;
    setShown((before) => [...before.slice(-3), { id, ...toast }]);
  }, []);
  const remove = useCallback((id: number) => setShown((before) => before.filter((toast) => toast.id !== id)), []);
  const value = useMemo<Toasts>(
    () => ({
      say: (title, action) => add({ title, ...(action ? { action } : {}) }),
      fail: (error) => add({ error }),
    }),
    [add],
  );
  return (
    <Context value={value}>
      <Primitive.Provider label={t("design.notification")} swipeDirection="right">
        {children}
        {shown.map((toast) => (
          <OneToast key={toast.id} toast={toast} onGone={() => remove(toast.id)} />
        ))}
        <Primitive.Viewport className={styles["viewport"]} label={t("design.notifications", { hotkey: "{hotkey}" })} />
      </Primitive.Provider>
    </Context>
  );
}

function OneToast({ toast, onGone }: { toast: Shown; onGone: () => void }) {
  const { t } = useI18n();
  const text = useProblemText(toast.error ?? new Error());
  const isError = toast.error !== undefined;
  return (
    <Primitive.Root
      className={styles["toast"]}
      duration={isError || toast.action ? 10_000 : 4_000}
      onOpenChange={(isOpen) => {
        if (!isOpen) onGone();
      }}
    >
      {isError ? (
        <CircleAlert size={16} className={styles["failed"]} aria-hidden />
      ) : (
        <CircleCheck size={16} className={styles["done"]} aria-hidden />
      )}
      <div className={styles["text"]}>
        <Primitive.Title>{isError ? text.title : toast.title}</Primitive.Title>
        {isError && text.detail && (
          <Primitive.Description className={styles["detail"]}>{text.detail}</Primitive.Description>
        )}
      </div>
      {toast.action && (
        <Primitive.Action altText={toast.action.label} className={styles["action"]} onClick={toast.action.onSelect}>
          {toast.action.label}
        </Primitive.Action>
      )}
      <Primitive.Close asChild>
        <IconButton icon={X} size="small" label={t("actions.dismiss")} />
      </Primitive.Close>
    </Primitive.Root>
  );
}

/** Short notes in the corner: `const { say, fail } = useToasts()`. */
export function useToasts(): Toasts {
  const toasts = use(Context);
  if (!toasts) throw new Error("useToasts is used outside of ToastProvider");
  return toasts;
}

import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "@/design/button/Button";

/** Reads a text out of a file, for a field that is mostly pasted into. */
export function FileButton({ label, accept, onText }: { label: string; accept?: string; onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button size="small" variant="ghost" icon={FileUp} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={label}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file) void file.text().then(onText);
        }}
      />
    </>
  );
}

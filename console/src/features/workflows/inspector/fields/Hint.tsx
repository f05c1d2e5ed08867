/** A sentence in which what stands between backticks is code, as in descriptions of schemas. */
export function Hint({ text }: { text: string }) {
  return text.split(/(`[^`]+`|\{\{[^}]*\}\})/).map((part, index) => {
    if (index % 2 === 0) return part;
    return <code key={index}>{part.replaceAll("`", "")}</code>;
  });
}

const UNSPACED_END = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}，。、；：！？]$/u;
// What begins a line of its own: list items, headings, quotations, rows of tables, code.
const OWN_LINE = /^(?:[-*+•·–▪◦#>|]|\d{1,3}[.)]\s|\s{4}|\t|```)/u;

/** A text as it is read: lines that only end because a page was narrow flow on; paragraphs and lists stay. */
export function flowing(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map(paragraph)
    .join("\n");
}

function paragraph(text: string): string {
  let flown = "";
  for (const line of text.split("\n")) {
    if (flown === "") flown = line;
    else if (OWN_LINE.test(line) || /^#/.test(flown.slice(flown.lastIndexOf("\n") + 1))) flown += `\n${line}`;
    else if (UNSPACED_END.test(flown.trimEnd())) flown = flown.trimEnd() + line.trimStart();
    else flown = `${flown.trimEnd()} ${line.trimStart()}`;
  }
  return flown;
}

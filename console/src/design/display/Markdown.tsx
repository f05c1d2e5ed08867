import { Fragment, useMemo, type ReactNode } from "react";
import { CodeBlock } from "@/design/display/CodeBlock";
import type { CodeLanguage } from "@/design/display/highlight";
import { parseMarkdown, type Block, type Inline } from "@/design/display/markdown-parser";
import styles from "./Markdown.module.css";

/** Draws Markdown that anybody, also a model, has written: no HTML, no scripts, only safe addresses. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div className={styles["markdown"]}>{blocks.map((block, index) => <Drawn key={index} block={block} />)}</div>;
}

const CODE_LANGUAGES: Record<string, CodeLanguage> = {
  json: "json",
  yaml: "yaml",
  yml: "yaml",
  bash: "bash",
  sh: "bash",
  shell: "bash",
  python: "python",
  py: "python",
  javascript: "javascript",
  js: "javascript",
  ts: "javascript",
  typescript: "javascript",
};

function Drawn({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case "heading":
      return <p className={styles[`heading${Math.min(block.level, 3)}`]}>{inlines(block.content)}</p>;
    case "code":
      return <CodeBlock code={block.text} language={CODE_LANGUAGES[block.language] ?? "text"} />;
    case "quote":
      return (
        <blockquote>
          {block.blocks.map((inner, index) => (
            <Drawn key={index} block={inner} />
          ))}
        </blockquote>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index}>
          {item.map((inner, position) => (
            <Drawn key={position} block={inner} />
          ))}
        </li>
      ));
      return block.isOrdered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return (
        <div className={styles["scroll"]}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell, index) => (
                  <th key={index}>{inlines(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column}>{inlines(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "rule":
      return <hr />;
    case "paragraph":
      return <p>{inlines(block.content)}</p>;
  }
}

function inlines(content: Inline[]): ReactNode {
  return content.map((part, index) => <Fragment key={index}>{inline(part)}</Fragment>);
}

function inline(part: Inline): ReactNode {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return <strong>{inlines(part.content)}</strong>;
    case "emphasis":
      return <em>{inlines(part.content)}</em>;
    case "strike":
      return <del>{inlines(part.content)}</del>;
    case "break":
      return <br />;
    case "link":
      return (
        <a href={part.url} target="_blank" rel="noopener noreferrer nofollow">
          {inlines(part.content)}
        </a>
      );
  }
}

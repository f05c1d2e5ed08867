import { File, FileCode, FileSpreadsheet, FileText, FileType, Globe, type LucideIcon } from "lucide-react";
import { classes } from "@/design";
import styles from "./FileIcon.module.css";

type Kind = "pdf" | "text" | "sheet" | "web" | "code" | "other";

const ICONS: Record<Kind, LucideIcon> = {
  pdf: FileType,
  text: FileText,
  sheet: FileSpreadsheet,
  web: Globe,
  code: FileCode,
  other: File,
};

const BY_ENDING: Record<string, Kind> = {
  ...of("pdf", "pdf"),
  ...of("text", "txt text md markdown mdown mkd mdx log rst adoc tex org srt vtt docx docm doc odt rtf pptx ppsx ppt odp epub eml mbox"),
  ...of("sheet", "csv tsv xlsx xlsm xls ods"),
  ...of("web", "html htm xhtml"),
  ...of("code", "json jsonl ndjson geojson ipynb xml yaml yml toml ini py js ts jsx tsx java go rs c cc cpp h hpp cs rb php sh sql css kt swift"),
};

function of(kind: Kind, endings: string): Record<string, Kind> {
  return Object.fromEntries(endings.split(" ").map((ending) => [ending, kind]));
}

/** What kind of file it is, by the end of its name. */
export function kindOf(name: string): Kind {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(BY_ENDING, ending) ? (BY_ENDING[ending] ?? "other") : "other";
}

export function FileIcon({ name, size = 16 }: { name: string; size?: number }) {
  const kind = kindOf(name);
  const Icon = ICONS[kind];
  return <Icon size={size} className={classes(styles["icon"], styles[kind])} aria-hidden />;
}

import { actions } from "@/i18n/en/actions";
import { apps } from "@/i18n/en/apps";
import { audit } from "@/i18n/en/audit";
import { budgets } from "@/i18n/en/budgets";
import { canvas } from "@/i18n/en/canvas";
import { conversations } from "@/i18n/en/conversations";
import { debugging } from "@/i18n/en/debugging";
import { design } from "@/i18n/en/design";
import { documents } from "@/i18n/en/documents";
import { drafting } from "@/i18n/en/drafting";
import { errors } from "@/i18n/en/errors";
import { events } from "@/i18n/en/events";
import { external } from "@/i18n/en/external";
import { feedback } from "@/i18n/en/feedback";
import { forms } from "@/i18n/en/forms";
import { guardrails } from "@/i18n/en/guardrails";
import { keys } from "@/i18n/en/keys";
import { knowledge } from "@/i18n/en/knowledge";
import { login } from "@/i18n/en/login";
import { members } from "@/i18n/en/members";
import { models } from "@/i18n/en/models";
import { overview } from "@/i18n/en/overview";
import { plugins } from "@/i18n/en/plugins";
import { routing } from "@/i18n/en/routing";
import { runs } from "@/i18n/en/runs";
import { settings } from "@/i18n/en/settings";
import { setup } from "@/i18n/en/setup";
import { sharing } from "@/i18n/en/sharing";
import { shell } from "@/i18n/en/shell";
import { sources } from "@/i18n/en/sources";
import { tools } from "@/i18n/en/tools";
import { usage } from "@/i18n/en/usage";
import { webapp } from "@/i18n/en/webapp";
import { webhooks } from "@/i18n/en/webhooks";
import { workflows } from "@/i18n/en/workflows";

/** The texts, by feature. Another feature gets a file of its own and its line here and in `zh`. */
export const en = {
  actions,
  apps,
  audit,
  budgets,
  canvas,
  conversations,
  debugging,
  design,
  documents,
  drafting,
  errors,
  events,
  external,
  feedback,
  forms,
  guardrails,
  keys,
  knowledge,
  login,
  members,
  models,
  overview,
  plugins,
  routing,
  runs,
  settings,
  setup,
  sharing,
  shell,
  sources,
  tools,
  usage,
  webapp,
  webhooks,
  workflows,
};

import { actions } from "@/i18n/zh/actions";
import { apps } from "@/i18n/zh/apps";
import { audit } from "@/i18n/zh/audit";
import { budgets } from "@/i18n/zh/budgets";
import { canvas } from "@/i18n/zh/canvas";
import { conversations } from "@/i18n/zh/conversations";
import { debugging } from "@/i18n/zh/debugging";
import { design } from "@/i18n/zh/design";
import { documents } from "@/i18n/zh/documents";
import { drafting } from "@/i18n/zh/drafting";
import { errors } from "@/i18n/zh/errors";
import { events } from "@/i18n/zh/events";
import { external } from "@/i18n/zh/external";
import { feedback } from "@/i18n/zh/feedback";
import { forms } from "@/i18n/zh/forms";
import { guardrails } from "@/i18n/zh/guardrails";
import { keys } from "@/i18n/zh/keys";
import { knowledge } from "@/i18n/zh/knowledge";
import { login } from "@/i18n/zh/login";
import { members } from "@/i18n/zh/members";
import { models } from "@/i18n/zh/models";
import { overview } from "@/i18n/zh/overview";
import { plugins } from "@/i18n/zh/plugins";
import { routing } from "@/i18n/zh/routing";
import { runs } from "@/i18n/zh/runs";
import { settings } from "@/i18n/zh/settings";
import { setup } from "@/i18n/zh/setup";
import { sharing } from "@/i18n/zh/sharing";
import { shell } from "@/i18n/zh/shell";
import { sources } from "@/i18n/zh/sources";
import { tools } from "@/i18n/zh/tools";
import { usage } from "@/i18n/zh/usage";
import { webapp } from "@/i18n/zh/webapp";
import { webhooks } from "@/i18n/zh/webhooks";
import { workflows } from "@/i18n/zh/workflows";
import type { Messages } from "@/i18n/messages";

export const zh: Messages = {
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

import { actions } from "@/i18n/zh/actions";
import { apps } from "@/i18n/zh/apps";
import { audit } from "@/i18n/zh/audit";
import { canvas } from "@/i18n/zh/canvas";
import { conversations } from "@/i18n/zh/conversations";
import { datasets } from "@/i18n/zh/datasets";
import { debugging } from "@/i18n/zh/debugging";
import { design } from "@/i18n/zh/design";
import { errors } from "@/i18n/zh/errors";
import { events } from "@/i18n/zh/events";
import { forms } from "@/i18n/zh/forms";
import { keys } from "@/i18n/zh/keys";
import { login } from "@/i18n/zh/login";
import { members } from "@/i18n/zh/members";
import { models } from "@/i18n/zh/models";
import { plugins } from "@/i18n/zh/plugins";
import { runs } from "@/i18n/zh/runs";
import { settings } from "@/i18n/zh/settings";
import { setup } from "@/i18n/zh/setup";
import { shell } from "@/i18n/zh/shell";
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
  canvas,
  conversations,
  datasets,
  debugging,
  design,
  errors,
  events,
  forms,
  keys,
  login,
  members,
  models,
  plugins,
  runs,
  settings,
  setup,
  shell,
  tools,
  usage,
  webapp,
  webhooks,
  workflows,
};

import { actions } from "@/i18n/en/actions";
import { apps } from "@/i18n/en/apps";
import { audit } from "@/i18n/en/audit";
import { canvas } from "@/i18n/en/canvas";
import { conversations } from "@/i18n/en/conversations";
import { datasets } from "@/i18n/en/datasets";
import { debugging } from "@/i18n/en/debugging";
import { design } from "@/i18n/en/design";
import { errors } from "@/i18n/en/errors";
import { events } from "@/i18n/en/events";
import { forms } from "@/i18n/en/forms";
import { keys } from "@/i18n/en/keys";
import { login } from "@/i18n/en/login";
import { members } from "@/i18n/en/members";
import { models } from "@/i18n/en/models";
import { plugins } from "@/i18n/en/plugins";
import { runs } from "@/i18n/en/runs";
import { settings } from "@/i18n/en/settings";
import { setup } from "@/i18n/en/setup";
import { shell } from "@/i18n/en/shell";
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

import { actions } from "@/i18n/zh/actions";
import { design } from "@/i18n/zh/design";
import { errors } from "@/i18n/zh/errors";
import { forms } from "@/i18n/zh/forms";
import { webapp } from "@/i18n/zh/webapp";

/** The few texts that a visitor's page says. */
export const texts = { actions, design, errors, forms, webapp };

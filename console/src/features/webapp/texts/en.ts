import { actions } from "@/i18n/en/actions";
import { design } from "@/i18n/en/design";
import { errors } from "@/i18n/en/errors";
import { forms } from "@/i18n/en/forms";
import { webapp } from "@/i18n/en/webapp";

/** The few texts that a visitor's page says. */
export const texts = { actions, design, errors, forms, webapp };

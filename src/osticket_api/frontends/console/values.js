/** Values of the API as people read them. */
import { moment, plain } from "../shared/format.js";

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

export const isFiles = (value) => Array.isArray(value) && value.length > 0 && value.every((each) => each?.url);

export const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Any value in words. */
export function shown(value) {
  if (isEmpty(value)) return "–";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (typeof value === "object") return value.name ?? value.title ?? value.value ?? JSON.stringify(value);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return MOMENT.test(value) ? moment(value) : plain(String(value));
}

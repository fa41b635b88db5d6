/** Values of the API as people read them, and as forms take them. */
import { day, moment, plain } from "./format.js";

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export const isFiles = (value) => Array.isArray(value) && value.length > 0 && value.every((each) => each?.url);

export const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Any value in words. `type` is that of its field, where it is known. */
export function shown(value, type) {
  if (isEmpty(value)) return "–";
  if (Array.isArray(value)) return value.map((each) => shown(each, type)).join(", ");
  if (typeof value === "object") return value.label ?? value.name ?? value.title ?? value.value ?? (value.staff ?? value.team)?.name ?? JSON.stringify(value);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (type === "memo") return lines(value);
  if (type !== undefined && type !== "datetime") return String(value);
  if (DAY.test(value)) return day(`${value}T00:00`); // Without a time it would be midnight of another zone, and perhaps the day before here.
  return MOMENT.test(value) ? moment(value) : plain(String(value));
}

/** The text of HTML, with its lines. */
function lines(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  body.querySelectorAll("br, p, div, li, tr, blockquote").forEach((each) => each.after("\n"));
  return body.textContent.trim();
}

/** The value as a form takes it: what has an id or a key is named by that. */
export function idOf(value) {
  if (Array.isArray(value)) return value.map(idOf);
  if (value === null || typeof value !== "object") return value;
  if (value.staff ?? value.team) return value.staff ? `s${value.staff.id}` : `t${value.team.id}`;
  return value.id ?? value.key ?? value.value;
}

/** Moments, sizes, numbers and names as people read them, as the locale of the reader has them. */
const language = () => document.documentElement.dataset.locale || undefined;
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

export const moment = (iso) => new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
export const day = (iso) => new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(new Date(iso));
export const number = (value) => new Intl.NumberFormat(language()).format(value);

/** "3 hours ago", "in 2 days". */
export function ago(iso, now = Date.now()) {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ["minute", 60];
  return relative.format(Math.trunc(seconds / length), unit);
}

/** Seconds as the two largest units: "2 h 5 min". */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const parts = [[86_400, "d"], [3_600, "h"], [60, "min"]];
  const said = [];
  let left = seconds;
  for (const [length, unit] of parts) {
    if (left >= length && said.length < 2) said.push(`${number(Math.floor(left / length))} ${unit}`);
    left %= length;
  }
  return said.join(" ") || `${number(Math.round(seconds))} s`;
}

export function size(bytes) {
  const [unit, length] = bytes >= 1048576 ? ["megabyte", 1048576] : bytes >= 1024 ? ["kilobyte", 1024] : ["byte", 1];
  return new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / length);
}

export const initials = (name) => (name ?? "?").split(/\s+/).map((part) => part[0] ?? "").slice(0, 2).join("").toUpperCase();

/** A hue of its own for each name. */
export const hue = (name) => [...(name ?? "")].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);

/** Plain text of HTML, for previews. */
export const plain = (html) => new DOMParser().parseFromString(html ?? "", "text/html").body.textContent.replace(/\s+/g, " ").trim();

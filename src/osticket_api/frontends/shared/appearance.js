/** Light, dark and the direction of writing, before anything is drawn. */
const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);
const THEME = "osticket-api:theme";
const THEMES = ["system", "light", "dark"];

export const theme = () => localStorage.getItem(THEME) ?? "system";

export function setTheme(name) {
  localStorage.setItem(THEME, name);
  const isDark = name === "dark" || (name === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  dispatchEvent(new Event("themechange"));
}

export const nextTheme = () => THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];

/** Write as `language` is written, such as `de` or `ar_EG`; dates and numbers follow. */
export function setLanguage(language) {
  const [tag] = Intl.getCanonicalLocales((language || navigator.language || "en").replace("_", "-"));
  document.documentElement.dataset.locale = tag; // `lang` is that of the texts, which are English.
  document.documentElement.dir = RIGHT_TO_LEFT.has(tag.split("-")[0]) ? "rtl" : "ltr";
}

export function setUp() {
  setTheme(theme());
  setLanguage();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(theme()));
}

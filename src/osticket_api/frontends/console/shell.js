/** The frame of the console: where one can go, the queues, the search, and the keys. */
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { nextTheme, setTheme, theme } from "../shared/appearance.js";
import { useApp } from "../shared/context.js";
import { go, href } from "../shared/router.js";
import { toast } from "../shared/toasts.js";
import { Icon } from "../shared/widgets.js";
import { KeyHelp } from "./key-help.js";
import { Queues } from "./queues.js";
import { useShortcuts } from "./shortcuts.js";

/** Each with what one has to be allowed to go there. */
const PLACES = [
  ["/tasks", "task", "Tasks"],
  ["/users", "users", "Users", "read_directory"],
  ["/organizations", "building", "Organizations", "read_directory"],
  ["/statistics", "chart", "Statistics"],
  ["/settings", "gear", "My settings"],
];

export function Shell({ route, children }) {
  const { api, me } = useApp();
  const [isOpen, setOpen] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const main = useRef();
  const isFirst = useRef(true);
  useEffect(() => {
    setOpen(false);
    if (!isFirst.current && document.activeElement?.id !== "search") {
      main.current.focus({ preventScroll: true }); // Whoever moves by keys goes on in the new page.
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [route.path]);
  useShortcuts({
    "g i": () => go("/"),
    "g t": () => go("/tasks"),
    "g u": () => may(me, "read_directory") && go("/users"),
    "g o": () => may(me, "read_directory") && go("/organizations"),
    "g s": () => go("/statistics"),
    c: () => may(me, "create_ticket") && go("/tickets/new"),
    "/": () => document.getElementById("search")?.focus(),
    "?": () => setHelping(true),
  });
  return html`<div class="shell">
    <a class="skip" href="#main" onClick=${(event) => (event.preventDefault(), main.current.focus())}>Skip to the content</a>
    <header class="bar">
      <button type="button" class="quiet only-narrow" aria-label="Menu" aria-expanded=${isOpen} aria-controls="side" onClick=${() => setOpen(!isOpen)}><${Icon} name="menu" /></button>
      <a class="brand" href=${href("/")}>Console</a>
      <${Search} query=${route.query.q} />
      <${ActionButton} of=${me} to="create_ticket" class="button primary" aria-label="New ticket" href=${href("/tickets/new")}><${Icon} name="plus" /> <span class="not-narrow">New ticket</span></${ActionButton}>
    </header>
    <nav class="side" id="side" data-open=${isOpen} aria-label="Main">
      <${Queues} route=${route} />
      <ul class="places">
        ${PLACES.filter(([, , , action]) => !action || may(me, action)).map(([path, icon, name]) => html`<li><a href=${href(path)} aria-current=${route.path.startsWith(path) ? "page" : undefined}><${Icon} name=${icon} /> ${name}</a></li>`)}
      </ul>
      <div class="side-foot">
        <span class="who">${me?.name}</span>
        <${ThemeButton} />
        <button type="button" class="quiet" aria-label="Sign out" title="Sign out" onClick=${() => api.signOut().catch((error) => toast(error.message))}><${Icon} name="out" /></button>
      </div>
    </nav>
    <main class="content" id="main" tabindex="-1" ref=${main}>${children}</main>
    ${isHelping && html`<${KeyHelp} onClose=${() => setHelping(false)} />`}
  </div>`;
}

function ThemeButton() {
  const [name, setName] = useState(theme());
  const change = () => {
    setTheme(nextTheme());
    setName(theme());
  };
  return html`<button type="button" class="quiet" title=${`Colours: ${name}`} aria-label=${`Colours: ${name}. Change`} onClick=${change}><${Icon} name="theme" /></button>`;
}

/** Searches as one types, once the typing rests. */
function Search({ query }) {
  const [text, setText] = useState(query ?? "");
  const timer = useRef();
  useEffect(() => setText(query ?? ""), [query]);
  const find = (words) => {
    clearTimeout(timer.current);
    if (words) go("/search", { q: words }, { replace: location.hash.startsWith("#/search") });
  };
  const typed = (event) => {
    const words = event.target.value;
    setText(words);
    clearTimeout(timer.current);
    if (words.trim().length > 1) timer.current = setTimeout(() => find(words.trim()), 350);
  };
  return html`<form class="search" role="search" onSubmit=${(event) => (event.preventDefault(), find(text.trim()))}>
    <${Icon} name="search" />
    <input id="search" type="search" dir="auto" placeholder="Search tickets ( / )" aria-label="Search tickets" value=${text} onInput=${typed} onKeyDown=${(event) => event.key === "Escape" && event.target.blur()} />
  </form>`;
}

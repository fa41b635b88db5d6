/** Small things that many pages show. */
import { html } from "../vendor/preact-htm.js";
import { ago, hue, initials, moment } from "./format.js";

export const Moment = ({ at }) => (at ? html`<time datetime=${at} title=${moment(at)}>${ago(at)}</time>` : html`<span>–</span>`);

export const Avatar = ({ name }) => html`<span class="avatar" aria-hidden="true" style=${{ "--hue": hue(name) }}>${initials(name)}</span>`;

export const Badge = ({ kind, children }) => html`<span class="badge" data-kind=${kind}>${children}</span>`;

export const Loading = () => html`<p class="loading" role="status">Loading…</p>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** What went wrong, said at once to those who do not see it. */
export function Problem({ error }) {
  if (!error) return null;
  return html`<div class="problem" role="alert">${(error.problems?.length ? error.problems : [error]).map((each) => html`<p>${each.message}</p>`)}</div>`;
}

/** Data that is being loaded, is missing, or is there: then `children` is called with it. */
export function Loaded({ resource, children }) {
  if (resource.data !== undefined) return children(resource.data);
  return resource.error ? html`<${Problem} error=${resource.error} />` : html`<${Loading} />`;
}

const PATHS = {
  inbox: "M3 13h5l1.5 3h5L16 13h5M5 5h14l2 8v6H3v-6z",
  users: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm-6 9c0-3.5 2.7-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5m2 3.5c2 .8 3 2.8 3 5.5",
  building: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
  chart: "M4 20V10M10 20V4M16 20v-7M21 20H3",
  task: "M4 6l1.5 1.5L8 5M4 12l1.5 1.5L8 11M4 18l1.5 1.5L8 17M11 6h9M11 12h9M11 18h9",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1",
  plus: "M12 5v14M5 12h14",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L21 21",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L14.5 7.5",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  theme: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z",
  out: "M15 4h4v16h-4M3 12h12M11 8l4 4-4 4",
  book: "M4 5a2 2 0 0 1 2-2h14v15H6a2 2 0 0 0-2 2zm0 14a2 2 0 0 0 2 2h14",
};

/** A drawing beside a text, or instead of one: then `label` says it. */
export function Icon({ name, label }) {
  const hidden = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" ...${hidden}><path d=${PATHS[name]} /></svg>`;
}

/** Pages of a list by its `meta`: back and forth, where there is more than one. */
export function Pager({ meta, page, onPage }) {
  const pages = meta?.total && meta.per_page ? Math.ceil(meta.total / meta.per_page) : 1;
  if (pages <= 1) return null;
  return html`<nav class="pager" aria-label="Pages">
    <button type="button" disabled=${page <= 1} onClick=${() => onPage(page - 1)}>Previous</button>
    <span>Page ${page} of ${pages}</span>
    <button type="button" disabled=${page >= pages} onClick=${() => onPage(page + 1)}>Next</button>
  </nav>`;
}

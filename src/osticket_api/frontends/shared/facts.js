/** Names and values. A value that is absent is hidden from whoever reads the page, and its name with it; null is none. */
import { html } from "../vendor/preact-htm.js";

export const Facts = ({ rows }) =>
  html`<dl>${rows.filter(([, value]) => value !== undefined).map(([name, value]) => html`<dt dir="auto">${name}</dt><dd dir="auto">${value ?? "–"}</dd>`)}</dl>`;

/** The name of what is referred to: null where there is nothing, undefined where it is hidden. */
export const nameOf = (thing) => thing && thing.name;

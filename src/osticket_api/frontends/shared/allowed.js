/**
 * What whoever reads the page may do: the one place that decides whether something is offered. The API says it, as `allowed` of
 * a ticket, a task, or oneself (`me`). What one may not do is not there; of several things it is grey while none of them allows it.
 */
import { html } from "../vendor/preact-htm.js";

/** Whether `of`, or one of them, allows one of these actions. */
export const may = (of, ...actions) => [of].flat().some((each) => actions.some((action) => each?.allowed?.[action] === true));

/** A button for one of the actions `to`, or with `href` a link that looks like one. */
export function ActionButton({ of, to, href, disabled, children, ...attributes }) {
  const isAllowed = may(of, ...[to].flat());
  if (!isAllowed && !Array.isArray(of)) return null;
  if (href) return html`<a class="button" href=${href} ...${attributes}>${children}</a>`;
  return html`<button type="button" disabled=${disabled || !isAllowed} ...${attributes}>${children}</button>`;
}

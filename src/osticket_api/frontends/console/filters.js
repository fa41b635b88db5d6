/** What narrows a list. The choice is in the address of the page, so that it can be kept and sent on. */
import { html, useState } from "../vendor/preact-htm.js";
import { useResource } from "../shared/resource.js";
import { Field, Select } from "../shared/form.js";

const NAMES = ["q", "state", "staff_id", "department_id", "priority_id", "topic_id", "overdue", "answered", "created_after", "created_before", "sort"];
const NARROWING = NAMES.filter((name) => !["q", "sort"].includes(name));
const YES_NO = [["true", "Yes"], ["false", "No"]];

/** The parameters of the API. Words that are still being typed find what begins with them, unless they must not occur. */
export function filterOf(query) {
  const given = Object.fromEntries(NAMES.map((name) => [name, query[name]]));
  return given.q && /[\p{L}\p{N}]$/u.test(given.q) && !/(^|\s)-\S*$/.test(given.q) ? { ...given, q: `${given.q}*` } : given;
}

export function Filters({ query, orders, onChange }) {
  const [isOpen, setOpen] = useState(false);
  const used = NARROWING.filter((name) => query[name]).length;
  return html`<div class="filters">
    <button type="button" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>Filters${used > 0 && html` <span class="count">${used}</span>`}</button>
    ${used > 0 && html`<button type="button" class="quiet" onClick=${() => onChange(Object.fromEntries(NARROWING.map((name) => [name, undefined])))}>Clear</button>`}
    ${isOpen && html`<${Choices} query=${query} orders=${orders} onChange=${onChange} />`}
  </div>`;
}

function Choices({ query, orders, onChange }) {
  const departments = useResource("/departments", { per_page: 100 });
  const priorities = useResource("/priorities", { per_page: 100 });
  const topics = useResource("/topics", { per_page: 100 });
  const named = (resource) => (resource.data ?? []).map((each) => [each.id, each.full_name ?? each.name]);
  const choice = (label, name, options, empty = "Any") => html`<${Field} label=${label} name=${name}>${(attributes) =>
    html`<${Select} ...${attributes} empty=${empty} options=${options} value=${query[name]} onChange=${(event) => onChange({ [name]: event.target.value })} />`}</${Field}>`;
  const date = (label, name) => html`<${Field} label=${label} name=${name} type="date" value=${query[name] ?? ""} onChange=${(event) => onChange({ [name]: event.target.value })} />`;
  return html`<div class="filter-choices card">
    ${choice("State", "state", [["open", "Open"], ["closed", "Closed"]])}
    ${choice("Assigned to", "staff_id", [["me", "Me"], ["none", "Nobody"]])}
    ${choice("Department", "department_id", named(departments))}
    ${choice("Priority", "priority_id", named(priorities))}
    ${choice("Topic", "topic_id", named(topics))}
    ${choice("Overdue", "overdue", YES_NO)}
    ${choice("Answered", "answered", YES_NO)}
    ${date("Created after", "created_after")}
    ${date("Created before", "created_before")}
    ${choice("Order", "sort", orders, "The usual one")}
  </div>`;
}

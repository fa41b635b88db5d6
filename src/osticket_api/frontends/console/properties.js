/** Priority, topic, department and the rest, each changed in its place. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton } from "../shared/allowed.js";
import { useApi } from "../shared/context.js";
import { Facts, nameOf } from "../shared/facts.js";
import { Field, localMoment, Select } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useAction, useResource } from "../shared/resource.js";
import { Loading, Problem } from "../shared/widgets.js";

export function Properties({ ticket, onChanged }) {
  const api = useApi();
  const [isEditing, setEditing] = useState(false);
  const save = useAction(async (changes) => {
    await api.patch(`/tickets/${ticket.id}`, changes);
    await onChanged();
  });
  const rows = [
    ["Status", nameOf(ticket.status)],
    ["Priority", nameOf(ticket.priority)],
    ["Department", nameOf(ticket.department)],
    ["Topic", nameOf(ticket.topic)],
    ["Agent", nameOf(ticket.staff)],
    ["Team", nameOf(ticket.team)],
    ["SLA plan", nameOf(ticket.sla)],
    ["Source", ticket.source],
  ];
  return html`<section>
    <h2>Properties <${ActionButton} of=${ticket} to="edit" class="quiet end" aria-expanded=${isEditing} onClick=${() => setEditing(!isEditing)}>${isEditing ? "Done" : "Change"}</${ActionButton}></h2>
    ${isEditing ? html`<${Choices} ticket=${ticket} onChange=${save.run} />` : html`<${Facts} rows=${rows} />`}
    <${Problem} error=${save.error} />
  </section>`;
}

function Choices({ ticket, onChange }) {
  const [subject, setSubject] = useState(ticket.subject);
  const limits = useLimits("ticket", ticket.department?.id);
  const due = ticket.due_at ? localMoment(ticket.due_at) : "";
  /** Once somebody has left the field: a year is typed digit by digit. */
  const setDue = ({ value, validity }) => value !== due && !validity.badInput && onChange({ due_at: value ? new Date(value).toISOString() : null });
  if (!limits.isKnown) return html`<${Loading} />`;
  const choice = (label, field, path, empty) =>
    ticket[field] !== undefined && html`<${Choice} label=${label} name=${`${field}_id`} path=${path} isFrozen=${limits.freezes(field)} value=${ticket[field]?.id} empty=${empty} onChange=${onChange} />`;
  return html`<div class="stack">
    <${Field} label="Subject" name="subject" isFrozen=${limits.freezes("subject")} value=${subject} onInput=${(event) => setSubject(event.target.value)} onChange=${() => subject.trim() && onChange({ subject })} />
    ${choice("Priority", "priority", "/priorities")}
    ${choice("Topic", "topic", "/topics")}
    ${choice("SLA plan", "sla", "/slas", "None")}
    ${ticket.due_at !== undefined && html`<${Field} label="Due" name="due_at" type="datetime-local" isFrozen=${limits.freezes("due_at")} value=${due} onBlur=${(event) => setDue(event.target)} />`}
  </div>`;
}

function Choice({ label, name, path, value, empty, isFrozen, onChange }) {
  const found = useResource(path, { per_page: 100 });
  const options = (found.data ?? []).map((each) => [each.id, each.full_name ?? each.name]);
  return html`<${Field} label=${label} name=${name} isFrozen=${isFrozen}>${(attributes) =>
    html`<${Select} ...${attributes} empty=${empty ?? (value ? undefined : "")} options=${options} value=${value} onChange=${(event) => onChange({ [name]: event.target.value ? Number(event.target.value) : null })} />`}</${Field}>`;
}

/** Priority, topic, department and the rest, each changed in its place. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { Field, Select } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { Problem } from "../shared/widgets.js";

export function Properties({ ticket, onChanged }) {
  const api = useApi();
  const [isEditing, setEditing] = useState(false);
  const save = useAction(async (changes) => {
    await api.patch(`/tickets/${ticket.id}`, changes);
    await onChanged();
  });
  const rows = [
    ["Status", ticket.status.name],
    ["Priority", ticket.priority?.name],
    ["Department", ticket.department?.name],
    ["Topic", ticket.topic?.name],
    ["Agent", ticket.staff?.name],
    ["Team", ticket.team?.name],
    ["SLA plan", ticket.sla?.name],
    ["Source", ticket.source],
  ];
  return html`<section>
    <h2>Properties ${ticket.allowed.edit && html`<button type="button" class="quiet end" aria-expanded=${isEditing} onClick=${() => setEditing(!isEditing)}>${isEditing ? "Done" : "Change"}</button>`}</h2>
    ${isEditing ? html`<${Choices} ticket=${ticket} onChange=${save.run} />` : html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value ?? "–"}</dd>`)}</dl>`}
    <${Problem} error=${save.error} />
  </section>`;
}

function Choices({ ticket, onChange }) {
  const [subject, setSubject] = useState(ticket.subject);
  const choice = (label, name, path, value, empty) => html`<${Choice} label=${label} name=${name} path=${path} value=${value?.id} empty=${empty} onChange=${onChange} />`;
  return html`<div class="stack">
    <${Field} label="Subject" name="subject" value=${subject} onInput=${(event) => setSubject(event.target.value)} onChange=${() => subject.trim() && onChange({ subject })} />
    ${choice("Priority", "priority_id", "/priorities", ticket.priority)}
    ${choice("Topic", "topic_id", "/topics", ticket.topic)}
    ${choice("SLA plan", "sla_id", "/slas", ticket.sla, "None")}
    <${Field} label="Due" name="due_at" type="date" value=${ticket.due_at?.slice(0, 10) ?? ""} onChange=${(event) => onChange({ due_at: event.target.value ? new Date(`${event.target.value}T12:00`).toISOString() : null })} />
  </div>`;
}

function Choice({ label, name, path, value, empty, onChange }) {
  const found = useResource(path, { per_page: 100 });
  const options = (found.data ?? []).map((each) => [each.id, each.full_name ?? each.name]);
  return html`<${Field} label=${label} name=${name}>${(attributes) =>
    html`<${Select} ...${attributes} empty=${empty ?? (value ? undefined : "")} options=${options} value=${value} onChange=${(event) => onChange({ [name]: event.target.value ? Number(event.target.value) : null })} />`}</${Field}>`;
}

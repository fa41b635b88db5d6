/** Fields as a topic's form describes them: JSON Schema with titles, choices and osTicket's types. */
import { html, useContext, useRef, useState } from "../vendor/preact-htm.js";
import { Faults, useApi } from "./context.js";
import { Editor } from "./editor.js";
import { acceptOf, contentOf, FileChip, limitsInWords } from "./files.js";
import { useAction } from "./resource.js";
import { idOf, shown } from "./values.js";

let fields = 0;
const FROZEN = "Not yours to change.";

/** For `onSubmit`: `send` gets what was filled in, and the form. */
export const submitting = (send) => (event) => {
  event.preventDefault();
  send(Object.fromEntries(new FormData(event.target)), event.target);
};

/** The values of a form, and what changes some of them. Of several changes before the page is drawn again, as when a browser fills a form in, none is lost. */
export function useValues(begun) {
  const [values, setValues] = useState(begun);
  return [values, (more) => setValues((before) => ({ ...before, ...more }))];
}

/** A label, its control, a hint, and what is wrong with it. */
export function Field({ label, name, error: told, required, children, isFrozen, ...given }) {
  const fault = useContext(Faults)?.[name];
  const error = told ?? fault;
  const hint = isFrozen ? FROZEN : given.hint;
  delete given.hint;
  const control = given.onInput || given.onChange || given.value === undefined ? given : begunWith(given);
  const [id] = useState(() => `field-${name}-${++fields}`);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const attributes = { id, name, required, "aria-invalid": error ? "true" : undefined, "aria-describedby": described, ...control, ...(isFrozen ? { disabled: true } : {}) };
  return html`<div class="field">
    <label for=${id}>${label}${required && html`<span class="required" aria-hidden="true"> *</span>`}</label>
    ${typeof children === "function" ? children(attributes) : html`<input dir="auto" ...${attributes} />`}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="field-error" id=${`${id}-error`}>${error}</p>`}
  </div>`;
}

/** A value that nothing follows is only what the control begins with: what is typed outlasts that the page is drawn again. */
const begunWith = ({ value, ...control }) => ({ ...control, defaultValue: value });

/** A choice. `options` are pairs of a value and its title. Without `onChange`, `value` is only what it begins with. */
export const Select = ({ options, value, empty, ...attributes }) => html`<select ...${attributes.onChange && (value != null || empty !== undefined) ? { value: value ?? "" } : {}} ...${attributes}>
  ${empty !== undefined && html`<option value="">${empty}</option>`}
  ${options.map(([each, title]) => html`<option key=${each} value=${each} selected=${String(each) === String(value ?? "")}>${title}</option>`)}
</select>`;

/** A time zone. `empty` says which counts where none is chosen. */
export const ZoneField = ({ value, empty = "", ...given }) => html`<${Field} ...${given}>${(attributes) => html`<${Select} ...${attributes} empty=${empty} options=${held(zones(), value, value)} value=${value ?? ""} />`}</${Field}>`;

const zones = () => [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])].map((zone) => [zone, zone.replaceAll("/", " / ").replaceAll("_", " ")]);

/** The options, and what is chosen already even if it can be chosen no longer. */
const held = (options, id, value) => (options && id != null && !options.some(([each]) => each === id) ? [...options, [id, shown(value)]] : options);

/** One field of a form, by its schema. `value` is one that the API gave or takes, `onChange` gets one that it takes. */
export function SchemaField({ name, schema, value: given, onChange, error, required, isFrozen, autocomplete }) {
  const value = idOf(given);
  const options = held(schema["x-type"] === "timezone" ? zones() : schema.oneOf?.map((each) => [each.const, each.title]), value, given);
  const many = schema.items?.oneOf?.map((each) => [each.const, each.title]);
  const shared = { name, label: schema.title, hint: schema.description, error, required, isFrozen };
  if (schema["x-type"] === "files") return html`<${FileField} ...${shared} limits=${schema["x-attachments"]} begun=${given ?? []} onChange=${onChange} />`;
  if (many) return html`<${Many} ...${shared} options=${many} value=${value ?? []} onChange=${onChange} />`;
  return html`<${Field} ...${shared}>${(attributes) => {
    if (options) return html`<${Select} ...${attributes} empty="" options=${options} value=${value} onChange=${(event) => onChange(chosen(options, event.target.value))} />`;
    if (schema.type === "boolean") return html`<input type="checkbox" ...${attributes} required=${false} checked=${Boolean(value)} onChange=${(event) => onChange(event.target.checked)} />`;
    if (schema.contentMediaType) return html`<${Editor} ...${attributes} name=${undefined} required=${undefined} aria-required=${required} label=${schema.title} value=${value ?? ""} onChange=${(text) => onChange(text || null)} />`;
    if (schema["x-type"] === "memo") return html`<textarea rows="4" dir="auto" ...${attributes} value=${value ?? ""} onInput=${(event) => onChange(event.target.value || null)} />`;
    return html`<input dir=${inputType(schema) === "text" ? "auto" : undefined} ...${attributes} type=${inputType(schema)} autocomplete=${autocomplete} minlength=${schema.minLength} maxlength=${schema.maxLength} placeholder=${schema.examples?.[0]} value=${shownValue(schema, value)} onInput=${(event) => onChange(typed(schema, event.target.value))} />`;
  }}</${Field}>`;
}

function Many({ name, label, options, value, onChange, error, required, isFrozen, ...given }) {
  const toggle = (each, isOn) => onChange(isOn ? [...value, each] : value.filter((other) => other !== each));
  const hint = isFrozen ? FROZEN : given.hint;
  const [id] = useState(() => `field-${name}-${++fields}`);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return html`<fieldset class="field" disabled=${isFrozen} aria-describedby=${described}>
    <legend>${label}${required && html`<span class="required" aria-hidden="true"> *</span>`}</legend>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${options.map(
      ([each, title]) => html`<label class="check" key=${each}><input type="checkbox" name=${name} checked=${value.includes(each)} onChange=${(event) => toggle(each, event.target.checked)} /> ${title}</label>`,
    )}
    ${error && html`<p class="field-error" id=${`${id}-error`}>${error}</p>`}
  </fieldset>`;
}

/** Files are sent ahead, or by guests with the form itself. Until they have come, the form cannot be sent. */
function FileField({ limits, begun, hint, onChange, required, ...shared }) {
  const api = useApi();
  const [files, setFiles] = useState(() => begun.map(({ id, name }) => ({ name, sent: id })));
  const latest = useRef(files);
  const isMany = limits?.max_files !== 1;
  const keep = (kept) => {
    setFiles((latest.current = kept));
    onChange(kept.map(({ sent }) => sent));
  };
  const send = (file) => (api.mayUpload ? api.upload(file).then(({ id }) => id) : contentOf(file).then((content) => ({ name: file.name, ...content })));
  const add = useAction(async (input) => {
    input.setCustomValidity("The file is still on its way.");
    try {
      const added = await Promise.all([...input.files].map(async (file) => ({ name: file.name, sent: await send(file) })));
      keep(isMany ? [...latest.current, ...added] : added);
    } finally {
      input.setCustomValidity("");
      input.value = "";
    }
  });
  return html`<${Field} ...${shared} required=${required} hint=${[hint, limitsInWords(limits)].filter(Boolean).join(" ")} error=${shared.error ?? add.error?.message}>${(attributes) =>
    html`<ul class="file-list">${files.map((file) => html`<${FileChip} key=${file} name=${file.name} onRemove=${!attributes.disabled && (() => keep(latest.current.filter((each) => each !== file)))} />`)}</ul>
      <input type="file" multiple=${isMany} accept=${acceptOf(limits)} ...${attributes} required=${required && !files.length} onChange=${(event) => add.run(event.target)} />`}</${Field}>`;
}

const FORMATS = { date: "date", "date-time": "datetime-local", email: "email", uri: "url" };
const inputType = (schema) => FORMATS[schema.format] ?? (schema.type === "integer" || schema.type === "number" ? "number" : schema["x-type"] === "phone" ? "tel" : "text");
const chosen = (options, text) => (text === "" ? null : options.find(([each]) => String(each) === text)[0]);
const shownValue = (schema, value) => (schema.format === "date-time" && value ? localMoment(value) : (value ?? ""));

function typed(schema, text) {
  if (text === "") return null;
  if (schema.type === "integer" || schema.type === "number") return Number(text);
  return schema.format === "date-time" ? new Date(text).toISOString() : text;
}

/** A moment as `<input type="datetime-local">` wants it. */
export function localMoment(iso) {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The fields of a form that not every ticket has, as pairs of a name and a schema. */
export const ownFields = (form) => Object.entries(form?.properties ?? {}).filter(([, schema]) => !schema["x-built-in"]);

/** Fields as a topic's form describes them: JSON Schema with titles, choices and osTicket's types. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { acceptOf, contentOf, limitsInWords } from "./files.js";
import { useAction } from "./resource.js";

let fields = 0;
const FROZEN = "Not yours to change.";

/** The values of a form, and what changes some of them. Of several changes before the page is drawn again, as when a browser fills a form in, none is lost. */
export function useValues(begun) {
  const [values, setValues] = useState(begun);
  return [values, (more) => setValues((before) => ({ ...before, ...more }))];
}

/** A label, its control, a hint, and what is wrong with it. */
export function Field({ label, name, error, required, children, isFrozen, ...given }) {
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

/** One field of a form, by its schema. `onChange` gets a value as the API takes it. */
export function SchemaField({ name, schema, value, onChange, error, required, isFrozen }) {
  const options = schema.oneOf?.map((each) => [each.const, each.title]);
  const many = schema.items?.oneOf?.map((each) => [each.const, each.title]);
  const shared = { name, label: schema.title, hint: schema.description, error, required, isFrozen };
  if (schema["x-type"] === "files") return html`<${FileField} ...${shared} limits=${schema["x-attachments"]} onChange=${onChange} />`;
  if (many) return html`<${Many} ...${shared} options=${many} value=${value ?? []} onChange=${onChange} />`;
  return html`<${Field} ...${shared}>${(attributes) => {
    if (options) return html`<${Select} ...${attributes} empty="" options=${options} value=${value} onChange=${(event) => onChange(chosen(options, event.target.value))} />`;
    if (schema.type === "boolean") return html`<input type="checkbox" ...${attributes} required=${false} checked=${Boolean(value)} onChange=${(event) => onChange(event.target.checked)} />`;
    if (schema.contentMediaType || schema["x-type"] === "memo") return html`<textarea rows="4" dir="auto" ...${attributes} value=${value ?? ""} onInput=${(event) => onChange(event.target.value || null)} />`;
    return html`<input dir="auto" ...${attributes} type=${inputType(schema)} minlength=${schema.minLength} maxlength=${schema.maxLength} value=${shownValue(schema, value)} onInput=${(event) => onChange(given(schema, event.target.value))} />`;
  }}</${Field}>`;
}

function Many({ name, label, options, value, onChange, error, isFrozen }) {
  const toggle = (each, isOn) => onChange(isOn ? [...value, each] : value.filter((other) => other !== each));
  return html`<fieldset class="field" disabled=${isFrozen}>
    <legend>${label}</legend>
    ${isFrozen && html`<p class="hint">${FROZEN}</p>`}
    ${options.map(
      ([each, title]) => html`<label class="check" key=${each}><input type="checkbox" name=${name} checked=${value.includes(each)} onChange=${(event) => toggle(each, event.target.checked)} /> ${title}</label>`,
    )}
    ${error && html`<p class="field-error">${error}</p>`}
  </fieldset>`;
}

/** Files are sent ahead, or by guests with the form itself. */
function FileField({ limits, hint, onChange, ...shared }) {
  const api = useApi();
  const given = (file) => (api.mayUpload ? api.upload(file).then(({ id }) => id) : contentOf(file).then((sent) => ({ name: file.name, ...sent })));
  const send = useAction(async (files) => onChange(await Promise.all([...files].map(given))));
  const isMany = limits?.max_files !== 1;
  return html`<${Field} ...${shared} hint=${[hint, limitsInWords(limits)].filter(Boolean).join(" ")} error=${shared.error ?? send.error?.message}>${(attributes) =>
    html`<input type="file" multiple=${isMany} accept=${acceptOf(limits)} ...${attributes} onChange=${(event) => send.run(event.target.files)} />`}</${Field}>`;
}

const FORMATS = { date: "date", "date-time": "datetime-local", email: "email", uri: "url" };
const inputType = (schema) => FORMATS[schema.format] ?? (schema.type === "integer" || schema.type === "number" ? "number" : schema["x-type"] === "phone" ? "tel" : "text");
const chosen = (options, text) => (text === "" ? null : options.find(([each]) => String(each) === text)[0]);
const shownValue = (schema, value) => (schema.format === "date-time" && value ? localMoment(value) : (value ?? ""));

function given(schema, text) {
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

/** Files for a message: chosen, dropped or pasted, sent ahead at once, and named in the message by their ids. */
import { html, useRef, useState } from "../vendor/preact-htm.js";
import { randomId } from "./api.js";
import { useApi } from "./context.js";
import { size } from "./format.js";
import { Icon } from "./widgets.js";

/** The state of a set of files. `ids` are those that have arrived. */
export function useFiles() {
  const api = useApi();
  const [files, setFiles] = useState([]);
  const change = (key, more) => setFiles((before) => before.map((each) => (each.key === key ? { ...each, ...more } : each)));
  const add = (chosen) => {
    for (const file of chosen) {
      const key = randomId();
      setFiles((before) => [...before, { key, name: file.name || "pasted.png", size: file.size }]);
      const sending = api.mayUpload ? api.upload(file).then(({ id }) => ({ file_id: id })) : contentOf(file);
      sending.then((stored) => change(key, { stored }), (error) => change(key, { error: error.message }));
    }
  };
  return {
    files,
    add,
    remove: (key) => setFiles((before) => before.filter((each) => each.key !== key)),
    clear: () => setFiles([]),
    isBusy: files.some((each) => !each.stored), // Also while one could not be sent: it would be missing without a word.
    attachments: files.filter((each) => each.stored).map((each) => ({ name: each.name, ...each.stored })),
  };
}

/** A file inside the message itself, for guests: only who has signed in may send files ahead. */
export function contentOf(file) {
  return new Promise((resolve, reject) => {
    if (!file.size) throw new Error("The file is empty.");
    const reader = new FileReader();
    reader.onload = () => resolve({ content: reader.result.split(",")[1], content_type: file.type || null });
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** What a form says of the files that it takes, as attributes of an input, and in words. */
export const acceptOf = (limits) => [...(limits?.types ?? []), ...(limits?.extensions ?? []).map((each) => `.${each}`)].join() || undefined;

export function limitsInWords(limits) {
  const words = [limits?.max_files && `at most ${limits.max_files} files`, limits?.max_bytes && `each up to ${size(limits.max_bytes)}`];
  const said = [...words, limits?.extensions.length && limits.extensions.join(", ")].filter(Boolean).join("; ");
  return said && said[0].toUpperCase() + said.slice(1);
}

/** A file that goes along. `note` says how large it is, or how it is with it. */
export const FileChip = ({ name, note, failed, onRemove }) => html`<li class=${failed ? "chip failed" : "chip"}>
  <span>${name} ${note && html`<small>${note}</small>`}</span>
  ${onRemove && html`<button type="button" class="quiet" aria-label=${`Remove ${name}`} onClick=${onRemove}><${Icon} name="close" /></button>`}
</li>`;

/** A place where files can be dropped, with what has been added. `limits` is what the form says of them. */
export function FileZone({ chosen, limits, children }) {
  const [isOver, setOver] = useState(false);
  const input = useRef();
  if (limits?.is_enabled === false) return html`<div>${children}</div>`;
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    chosen.add(event.dataTransfer.files);
  };
  const over = (event) => {
    event.preventDefault();
    setOver(true);
  };
  return html`<div class="file-zone" data-over=${isOver} onDragOver=${over} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    ${children}
    <ul class="file-list">
      ${chosen.files.map(
        (file) => html`<${FileChip} key=${file.key} name=${file.name} failed=${file.error} note=${file.error ?? (file.stored ? size(file.size) : "sending…")} onRemove=${() => chosen.remove(file.key)} />`,
      )}
    </ul>
    <input ref=${input} type="file" multiple hidden accept=${acceptOf(limits)} onChange=${(event) => (chosen.add(event.target.files), (event.target.value = ""))} />
    <button type="button" class="quiet" onClick=${() => input.current.click()}><${Icon} name="clip" /> Attach files</button>
    ${limits && html`<small>${limitsInWords(limits)}</small>`}
  </div>`;
}

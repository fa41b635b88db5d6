/** What was answered to forms, by the labels of the fields, in their order. */
import { html } from "../vendor/preact-htm.js";
import { FileLink } from "./attachments.js";
import { isFiles, shown } from "./values.js";

export const Answers = ({ fields }) =>
  html`<dl class="answers">${fields.map(({ name, label, type, value, text }) => html`<dt key=${name} dir="auto">${label}</dt><dd dir="auto">${isFiles(value) ? value.map((file) => html`<${FileLink} key=${file.id} file=${file} />`) : (text ?? shown(value, type))}</dd>`)}</dl>`;

/** The files of an entry: opened in place where the browser can show them, else saved. */
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { oursAt, useApi } from "./context.js";
import { Dialog } from "./dialog.js";
import { size } from "./format.js";
import { save } from "./save.js";
import { toast } from "./toasts.js";
import { Icon, Loading } from "./widgets.js";

const PICTURES = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;
const IN_FRAMES = /^(application\/pdf|text\/plain)$/;

export function Attachments({ attachments }) {
  const [shown, setShown] = useState(null);
  const listed = attachments.filter((each) => !each.inline);
  if (!listed.length) return null;
  return html`<ul class="file-list" aria-label="Attachments">
      ${listed.map((each) => html`<li key=${each.id}><${Attachment} attachment=${each} onShow=${setShown} /></li>`)}
    </ul>
    ${shown && html`<${Preview} attachment=${shown} onClose=${() => setShown(null)} />`}`;
}

function Attachment({ attachment, onShow }) {
  const api = useApi();
  const canShow = PICTURES.test(attachment.content_type) || IN_FRAMES.test(attachment.content_type);
  const open = () => (canShow ? onShow(attachment) : save(api, attachment));
  return html`<button type="button" class="chip" onClick=${open}><${Icon} name="clip" /> ${attachment.name} <small>${size(attachment.size)}</small></button>`;
}

/** A file of which only name and address are known. Followed, it is fetched by the client, also when a signature has ended. */
export const FileLink = ({ file }) => {
  const api = useApi();
  const fetched = (event) => {
    event.preventDefault();
    save(api, file);
  };
  return html`<a class="chip" href=${oursAt(file.url)} download=${file.name} onClick=${fetched}><${Icon} name="clip" /> ${file.name}</a>`;
};

function Preview({ attachment, onClose }) {
  const api = useApi();
  const [address, setAddress] = useState(null);
  useEffect(() => {
    let made = null;
    api.blobAddress(attachment.url).then((url) => setAddress((made = url)), failed);
    return () => made && URL.revokeObjectURL(made);
  }, [attachment.id]);
  const failed = (error) => {
    toast(error.message);
    onClose();
  };
  return html`<${Dialog} wide title=${attachment.name} onClose=${onClose}>
    <div class="preview">${address ? shownAt(address, attachment) : html`<${Loading} />`}</div>
    <footer class="buttons"><button type="button" onClick=${() => save(api, attachment)}>Save</button></footer>
  </${Dialog}>`;
}

const shownAt = (address, { name, content_type }) =>
  PICTURES.test(content_type) ? html`<img src=${address} alt=${name} />` : html`<iframe src=${address} title=${name} sandbox=""></iframe>`;

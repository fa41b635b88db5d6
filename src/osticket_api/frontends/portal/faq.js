/** One question with its answer. */
import { html } from "../vendor/preact-htm.js";
import { Attachments } from "../shared/attachments.js";
import { BodyFrame } from "../shared/body-frame.js";
import { day } from "../shared/format.js";
import { useResource } from "../shared/resource.js";
import { href } from "../shared/router.js";
import { Loaded } from "../shared/widgets.js";

export function Faq({ id }) {
  const faq = useResource(`/faqs/${id}`);
  return html`<${Loaded} resource=${faq}>${(data) => html`<article class="page">
    <p><a href=${href("/faqs", { category: data.category.id })} dir="auto">${data.category.name}</a></p>
    <h1 dir="auto">${data.question}</h1>
    <div class="card"><${BodyFrame} body=${data.answer} title="Answer" /><${Attachments} attachments=${data.attachments} /></div>
    <small>Changed ${day(data.updated_at)}</small>
  </article>`}</${Loaded}>`;
}

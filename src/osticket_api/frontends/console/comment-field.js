/** A comment on what is done. */
import { html } from "../vendor/preact-htm.js";
import { Field } from "../shared/form.js";

export const CommentField = () => html`<${Field} label="Comment" name="comment" hint="Becomes an internal note.">${(attributes) => html`<textarea rows="2" dir="auto" ...${attributes}></textarea>`}</${Field}>`;
